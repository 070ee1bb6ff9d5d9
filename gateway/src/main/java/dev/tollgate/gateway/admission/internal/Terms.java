package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.prices.ModelPrice.Pieces;
import dev.tollgate.gateway.tokens.TokenEstimate;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a request asks to be let in.
 *
 * @param estimate null: no limit asks for tokens
 * @param price what it is charged at; null: no limit asks, it is not known, or nothing is charged
 * @param pieces charged beside tokens
 * @param output how long the answer may get
 */
record Terms(
    Demand demand,
    @Nullable TokenEstimate estimate,
    @Nullable ModelPrice price,
    Pieces pieces,
    Output output) {

  /**
   * How long an answer may get.
   *
   * @param kind how what was taken for it is extended
   * @param most tokens that end it; {@link Long#MAX_VALUE}: none do
   * @param mostCost micro-dollars that end a conversation; {@link Long#MAX_VALUE}: none do
   * @param reason why it ends there
   */
  record Output(Kind kind, long most, long mostCost, Rejection reason) {

    /** All that it may have was taken at once. */
    static final Output TAKEN =
        new Output(Kind.TAKEN, Long.MAX_VALUE, Long.MAX_VALUE, OutputLimits.TOO_MANY_TOKENS);

    enum Kind {
      /** All that it may have was taken at once. */
      TAKEN,
      /** A stream without a maximum: more is taken as it passes. */
      STEPS,
      /** A conversation: as much is kept taken as one more turn may cost. */
      TURNS
    }
  }

  /** What so many tokens of output cost at most, in micro-dollars; 0 where nothing is charged. */
  long costMicroUsd(long outputTokens) {
    return price == null
        ? 0
        : price.reservationMicroUsd(demand.inputTokens(), outputTokens, pieces);
  }
}
