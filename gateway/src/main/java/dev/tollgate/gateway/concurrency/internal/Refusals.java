package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import java.time.Duration;
import java.util.List;

/** What a request is told that gets no permits. */
final class Refusals {

  /** Nobody knows when a request ends; soon enough for most. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Only another policy helps. */
  private static final Duration LATER = Duration.ofMinutes(1);

  static final Rejection UNKNOWN =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "It is not known at the moment how many requests are on their way.",
          SOON);

  static final Rejection CROWDED =
      reached("More requests wait for their turn than this gateway holds.");

  private Refusals() {}

  private static Rejection reached(String message) {
    return Rejection.retryable(ErrorCode.CONCURRENCY_LIMIT_EXCEEDED, message, SOON);
  }

  /** Asking again does not help. */
  static Rejection noneAllowed(Wanted wanted) {
    return Rejection.futile(
        ErrorCode.CONCURRENCY_LIMIT_EXCEEDED,
        "No requests are allowed for this %s.".formatted(kind(wanted)),
        LATER);
  }

  /**
   * @param mask whose permits are all out, one bit each
   */
  static Rejection full(List<Wanted> wanted, int mask) {
    return reached(onTheirWay(wanted, mask) + ", and no more may wait.");
  }

  static Rejection waited(List<Wanted> wanted, int mask) {
    return reached(onTheirWay(wanted, mask) + ", and this one has waited as long as it may.");
  }

  private static String onTheirWay(List<Wanted> wanted, int mask) {
    Wanted first = wanted.get(Math.min(Integer.numberOfTrailingZeros(mask), wanted.size() - 1));
    return "As many requests of this %s as may be are on their way".formatted(kind(first));
  }

  private static String kind(Wanted wanted) {
    return wanted.subject().kind().id();
  }
}
