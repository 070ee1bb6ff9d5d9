package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.inspection.BodyEdit;
import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.tokens.MaximumPlace;
import dev.tollgate.gateway.tokens.TokenEstimate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The maximum that a provider is asked for in the client's place: where {@code
 * max_tokens_per_request} stands over a request without one, whose answer does not pass in pieces
 * that can be counted. Where the model writes no more by itself, nothing is asked: a maximum above
 * its own, providers refuse.
 *
 * @param known the model's price; null: not known
 * @param unasked what the provider writes at most where it is not asked; null: whatever the model
 *     does
 * @param assumed what a model writes of which the catalogue does not tell
 */
record DemandedMaximum(@Nullable ModelPrice known, @Nullable Long unasked, long assumed) {

  /**
   * What the body must say.
   *
   * @return empty: nothing
   * @throws dev.tollgate.gateway.error.RejectionException if nothing is left for the answer, or if
   *     it may be longer and the provider cannot be asked
   */
  List<BodyEdit> of(OutputLimits limits, TokenEstimate estimate) {
    long left = limits.tokensLeft(estimate);
    if (left == Long.MAX_VALUE || estimate.maxOutput() != null) {
      return List.of();
    }
    long each = left / estimate.choices();
    if (fits(each, (left + estimate.input()) / estimate.choices())) {
      return List.of();
    }
    MaximumPlace place = estimate.place();
    if (place == null) {
      return unlessLongerThan(each);
    }
    if (each == 0) {
      throw OutputLimits.TOO_MANY_TOKENS.asException();
    }
    return place.asking(each);
  }

  /** Whether no answer has more tokens, or none has more together with the prompt. */
  private boolean fits(long each, long eachWithPrompt) {
    return isAtMost(unasked, each)
        || (known != null
            && (isAtMost(known.maxOutputTokens(), each)
                || isAtMost(known.contextTokens(), eachWithPrompt)));
  }

  private static boolean isAtMost(@Nullable Long tokens, long most) {
    return tokens != null && tokens <= most;
  }

  /** What is not charged by tokens, pictures and sound apiece, has none. */
  private List<BodyEdit> unlessLongerThan(long each) {
    boolean told = known != null && known.maxOutputTokens() != null;
    boolean none = known != null && known.tokens() == null;
    if (none || (!told && assumed <= each)) {
      return List.of();
    }
    throw OutputLimits.ENDLESS.asException();
  }
}
