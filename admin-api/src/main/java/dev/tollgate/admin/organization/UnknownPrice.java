package dev.tollgate.admin.organization;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

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

  /** As it is stored and shown. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static UnknownPrice ofText(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
