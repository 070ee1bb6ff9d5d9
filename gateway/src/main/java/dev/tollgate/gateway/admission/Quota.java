package dev.tollgate.gateway.admission;

import java.time.Duration;

/**
 * A limit in a time that stands over a request, as the headers of its answer tell of it.
 *
 * @param policy its name among the quotas over any one request, of letters and hyphens
 * @param limit how much may be taken at once while nobody else takes any
 * @param remaining of it; 0 where it is overdrawn
 * @param window in which all of it comes back
 * @param reset until all of it is there again
 */
public record Quota(
    Unit unit, String policy, long limit, long remaining, Duration window, Duration reset) {

  /** What is counted. */
  public enum Unit {
    REQUESTS,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    /** Of both directions together. */
    TOKENS;

    boolean isOfTokens() {
      return this != REQUESTS;
    }
  }

  /** Whether this one is reached before the other, or lasts longer. */
  boolean isTighterThan(Quota other) {
    return remaining != other.remaining
        ? remaining < other.remaining
        : reset.compareTo(other.reset) > 0;
  }
}
