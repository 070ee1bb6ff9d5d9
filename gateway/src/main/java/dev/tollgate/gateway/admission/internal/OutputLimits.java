package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.internal.Terms.Output;
import dev.tollgate.gateway.admission.internal.Terms.Output.Kind;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.LimitedModels.OfModel;
import dev.tollgate.gateway.tokens.TokenEstimate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a single request may have: {@code max_tokens_per_request} of its model and {@code
 * per_request_max}. One that asks for more is refused; one that does not say how much it wants is
 * ended where it reaches them.
 */
record OutputLimits(List<LimitRules> rules, @Nullable String model) {

  /** Longer than any answer, and no sum of two of them overflows. */
  private static final long LONGEST = Long.MAX_VALUE / 4;

  static final Rejection TOO_EXPENSIVE =
      Rejection.of(
          ErrorCode.REQUEST_TOO_EXPENSIVE,
          "The request may cost more than one request is allowed to. Ask for fewer tokens.");
  static final Rejection TOO_MANY_TOKENS =
      Rejection.of(
          ErrorCode.MAX_TOKENS_EXCEEDED,
          "Prompt and answer have more tokens than are allowed for this model. Ask for fewer.",
          "max_tokens");

  static final Rejection ENDLESS =
      Rejection.of(
          ErrorCode.MAX_TOKENS_EXCEEDED,
          "The answer may get more tokens than are allowed for this model, and its"
              + " provider cannot be asked to end it there.");

  /**
   * How long the answer may get.
   *
   * @param terms as if nothing ended it
   * @throws dev.tollgate.gateway.error.RejectionException if the request asks for more
   */
  Output of(Terms terms, Kind kind) {
    TokenEstimate estimate = Objects.requireNonNull(terms.estimate());
    long tokens = tokensLeft(estimate);
    Long maxCost = maxCost();
    if (maxCost == null || terms.price() == null) {
      return new Output(kind, tokens, Long.MAX_VALUE, TOO_MANY_TOKENS);
    }
    if (kind == Kind.TURNS) {
      return new Output(kind, tokens, maxCost, TOO_EXPENSIVE);
    }
    long least = kind == Kind.STEPS ? 0 : terms.demand().outputTokens();
    if (terms.costMicroUsd(least) > maxCost) {
      throw TOO_EXPENSIVE.asException();
    }
    long affordable = kind == Kind.STEPS ? affordable(terms, maxCost) : Long.MAX_VALUE;
    return affordable < tokens
        ? new Output(kind, affordable, maxCost, TOO_EXPENSIVE)
        : new Output(kind, tokens, maxCost, TOO_MANY_TOKENS);
  }

  /**
   * What the answer may have beside the prompt; {@link Long#MAX_VALUE}: any length.
   *
   * @throws dev.tollgate.gateway.error.RejectionException if the request asks for more
   */
  long tokensLeft(TokenEstimate estimate) {
    long left = Long.MAX_VALUE;
    for (LimitRules rule : rules) {
      OfModel own = rule.model(model);
      Long most = own == null ? null : own.limits().tokensPerRequest();
      left = most == null ? left : Math.min(left, most - estimate.input());
    }
    Long asked = estimate.maxOutput();
    if (left < 0 || (asked != null && asked > left)) {
      throw TOO_MANY_TOKENS.asException();
    }
    return left;
  }

  private @Nullable Long maxCost() {
    Long most = null;
    for (LimitRules rule : rules) {
      Long own = rule.costs().perRequest();
      most = own != null && (most == null || own < most) ? own : most;
    }
    return most;
  }

  /** The longest answer that costs no more than this; the prompt alone does not. */
  private static long affordable(Terms terms, long maxCost) {
    long fits = 0;
    long tooMany = LONGEST;
    while (tooMany - fits > 1) {
      long middle = fits + (tooMany - fits) / 2;
      if (terms.costMicroUsd(middle) <= maxCost) {
        fits = middle;
      } else {
        tooMany = middle;
      }
    }
    return fits;
  }
}
