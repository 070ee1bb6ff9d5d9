package dev.tollgate.gateway.admission;

import java.time.Duration;

/**
 * How a limit in a time stands that stands over a request, as the headers of its answer tell of it.
 *
 * @param told what does not change from one request to the next
 * @param remaining of it; 0 where it is overdrawn
 * @param resetNanos until all of it is there again
 */
public record Quota(QuotaPolicy told, long remaining, long resetNanos) {

  /** Of a limit that is told of once. */
  public Quota(
      Unit unit, String policy, long limit, long remaining, Duration window, Duration reset) {
    this(new QuotaPolicy(unit, policy, limit, window), remaining, reset.toNanos());
  }

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

  public Unit unit() {
    return told.unit();
  }

  public String policy() {
    return told.name();
  }

  public long limit() {
    return told.limit();
  }

  public Duration window() {
    return told.window();
  }

  public Duration reset() {
    return Duration.ofNanos(resetNanos);
  }

  /** Whether this one is reached before the other, or lasts longer. */
  boolean isTighterThan(Quota other) {
    return remaining != other.remaining
        ? remaining < other.remaining
        : resetNanos > other.resetNanos;
  }
}
