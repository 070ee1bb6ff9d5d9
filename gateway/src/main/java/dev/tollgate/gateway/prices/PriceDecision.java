package dev.tollgate.gateway.prices;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.snapshot.UnknownPrice;
import org.jspecify.annotations.Nullable;

/** What a request that a money limit stands over is reserved at. */
public sealed interface PriceDecision {

  Rejection UNKNOWN =
      Rejection.of(
          ErrorCode.MODEL_PRICE_UNKNOWN,
          "The price of this model is not known, and a budget stands over the request.",
          "model");

  Rejection UNKNOWN_TIER =
      Rejection.of(
          ErrorCode.MODEL_PRICE_UNKNOWN,
          "The price of this model at this tier of service is not known, and a budget stands over"
              + " the request.",
          "service_tier");

  /** At this price. */
  record Charged(ModelPrice price) implements PriceDecision {}

  /** It is served, and costs nothing unless its answer names a model that has a price. */
  record Free() implements PriceDecision {}

  /** It is refused. */
  record Refused(Rejection rejection) implements PriceDecision {}

  /**
   * Decides.
   *
   * @param unknown what the project says of models without a price
   * @param price what the model costs; null: not known
   * @param defaultPrice the organization's for models without a price; null: it has none
   */
  static PriceDecision of(
      UnknownPrice unknown, @Nullable ModelPrice price, @Nullable ModelPrice defaultPrice) {
    if (price != null) {
      return new Charged(price);
    }
    return switch (unknown) {
      case ALLOW -> new Free();
      case DENY -> new Refused(UNKNOWN);
      case CHARGE_DEFAULT ->
          defaultPrice == null ? new Refused(UNKNOWN) : new Charged(defaultPrice);
    };
  }
}
