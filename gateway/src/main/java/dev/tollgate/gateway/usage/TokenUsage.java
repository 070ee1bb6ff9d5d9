package dev.tollgate.gateway.usage;

/**
 * The tokens of one request as its provider counted them, in one vocabulary for all protocols.
 *
 * @param input tokens of the prompt, those read from or written to a cache included
 * @param output tokens generated, reasoning included
 * @param cached the part of {@code input} that was read from the provider's prompt cache
 * @param reasoning the part of {@code output} that was spent on hidden reasoning
 * @param cacheWrite the part of {@code input} that was written to the provider's prompt cache
 */
public record TokenUsage(long input, long output, long cached, long reasoning, long cacheWrite) {

  public TokenUsage {
    if (input < 0 || output < 0 || cached < 0 || reasoning < 0 || cacheWrite < 0) {
      throw new IllegalArgumentException("token counts are not negative");
    }
  }

  /** Both together. */
  TokenUsage plus(TokenUsage other) {
    return new TokenUsage(
        Math.addExact(input, other.input),
        Math.addExact(output, other.output),
        Math.addExact(cached, other.cached),
        Math.addExact(reasoning, other.reasoning),
        Math.addExact(cacheWrite, other.cacheWrite));
  }
}
