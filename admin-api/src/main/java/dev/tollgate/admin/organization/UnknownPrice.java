package dev.tollgate.admin.organization;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tollgate.admin.problem.ProblemException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request costs whose model has no price, where a money limit stands over it; elsewhere it
 * is served without a cost.
 */
public enum UnknownPrice {
  /** It is refused. */
  @JsonProperty("deny")
  DENY,
  /** It costs the organization's default price: that of the model {@code *} of the provider. */
  @JsonProperty("charge_default")
  CHARGE_DEFAULT,
  /** It is served and costs nothing. */
  @JsonProperty("allow")
  ALLOW;

  /** What gateways of this version do; the others are refused until they do them too. */
  private static final Set<UnknownPrice> ENFORCED = Set.of(ALLOW);

  /** As it is stored and shown. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static UnknownPrice ofText(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** Whether gateways of this version do it. */
  public boolean isEnforced() {
    return ENFORCED.contains(this);
  }

  /**
   * Refuses what would have no effect.
   *
   * @param wanted null: not said
   * @throws ProblemException 400 {@code unsupported_field}
   */
  static void mustBeEnforced(@Nullable UnknownPrice wanted) {
    if (wanted != null && !wanted.isEnforced()) {
      throw ProblemException.badRequest(
          "/unknown_price",
          "unsupported_field",
          "is not enforced by this version and would have no effect");
    }
  }
}
