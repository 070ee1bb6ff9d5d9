package dev.tollgate.gateway.prices;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a project says of requests whose model has no price. It matters only where a money limit
 * stands over the request; elsewhere they are served without a cost.
 */
public enum UnknownPrice {
  DENY,
  CHARGE_DEFAULT,
  ALLOW;

  private static final Rejection UNKNOWN =
      Rejection.of(
          ErrorCode.MODEL_PRICE_UNKNOWN,
          "The price of this model is not known, and a budget stands over the request.",
          "model");

  /**
   * Reads the column {@code unknown_price}.
   *
   * @throws IllegalArgumentException if it is none of the three
   */
  public static UnknownPrice of(String column) {
    return valueOf(column.toUpperCase(Locale.ROOT));
  }

  /** What is to be done. */
  public sealed interface Decision {
    /** It is charged at this price. */
    record Charged(ModelPrice price) implements Decision {}

    /** It is served and costs nothing. */
    record Free() implements Decision {}

    /** It is refused. */
    record Refused(Rejection rejection) implements Decision {}
  }

  /**
   * Decides about a request that a money limit stands over.
   *
   * @param price what its model costs; null: not known
   * @param defaultPrice the organization's for models without a price; null: it has none
   */
  public Decision decide(@Nullable ModelPrice price, @Nullable ModelPrice defaultPrice) {
    if (price != null) {
      return new Decision.Charged(price);
    }
    return switch (this) {
      case ALLOW -> new Decision.Free();
      case DENY -> new Decision.Refused(UNKNOWN);
      case CHARGE_DEFAULT ->
          defaultPrice == null ? new Decision.Refused(UNKNOWN) : new Decision.Charged(defaultPrice);
    };
  }
}
