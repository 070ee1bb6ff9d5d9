package dev.tollgate.gateway.tokens;

import org.jspecify.annotations.Nullable;

/**
 * What a request will use, as far as its body tells.
 *
 * @param input tokens of the prompt; where {@code exact} is false an estimate that errs high
 * @param exact whether the model's own encoding counted all of the prompt
 * @param open whether the provider adds to the prompt what the body does not show: an earlier
 *     response, a stored prompt or file, what a search finds; {@code input} is then a lower bound
 * @param maxOutput the most that the request itself allows to be generated, over all choices; null
 *     where it sets no maximum; 0 where the operation generates no tokens
 * @param choices how many answers are asked for, at least 1; for the caller's own maximum
 * @param reasons whether the request says how the model is to reason
 * @param place where the maximum would stand that the request does not set; null: it does, or none
 *     would be read
 */
public record TokenEstimate(
    long input,
    boolean exact,
    boolean open,
    @Nullable Long maxOutput,
    long choices,
    boolean reasons,
    @Nullable MaximumPlace place) {

  /** Nothing goes in, and what comes out is not known. */
  public static final TokenEstimate NOTHING = new TokenEstimate(0, true, false, null, 1);

  /** No maximum can be added. */
  public TokenEstimate(
      long input,
      boolean exact,
      boolean open,
      @Nullable Long maxOutput,
      long choices,
      boolean reasons) {
    this(input, exact, open, maxOutput, choices, reasons, null);
  }

  /** Nothing is said of reasoning. */
  public TokenEstimate(
      long input, boolean exact, boolean open, @Nullable Long maxOutput, long choices) {
    this(input, exact, open, maxOutput, choices, false);
  }

  public TokenEstimate {
    if (input < 0 || choices < 1 || (maxOutput != null && maxOutput < 0)) {
      throw new IllegalArgumentException("counts of tokens are not negative");
    }
  }
}
