package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.admission.QuotaReachedException;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.traffic.TrafficStore.Outcome.Refused;
import java.time.Duration;

/** What a client reads when a limit is reached. */
public final class Refusals {

  /** Nobody can say whether a limit is reached that must not be passed over. */
  public static final Rejection UNAVAILABLE =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "The limits cannot be checked at the moment. Ask again.",
          Duration.ofSeconds(1));

  private Refusals() {}

  static QuotaReachedException of(Refused refused) {
    return new QuotaReachedException(rejection(refused), Quotas.of(refused));
  }

  private static Rejection rejection(Refused refused) {
    Claim reached = refused.reached();
    String subject = reached.limit().key().subject().kind().id();
    String what = reached.limit().kind().words();
    if (reached.limit().capacity() == 0) {
      return never(reached, "This %s is allowed no %s.".formatted(subject, what));
    }
    if (refused.waitNanos() == Refused.NEVER) {
      return never(
          reached,
          "The request needs more than this %s's whole limit of %s.".formatted(subject, what));
    }
    return Rejection.retryable(
        ErrorCode.RATE_LIMIT_EXCEEDED,
        "This %s has reached its limit of %s.".formatted(subject, what),
        Duration.ofNanos(refused.waitNanos()));
  }

  /** There is no time to try again; clients are told one all the same. */
  private static Rejection never(Claim reached, String message) {
    return Rejection.futile(
        ErrorCode.RATE_LIMIT_EXCEEDED, message, Duration.ofNanos(reached.limit().lengthNanos()));
  }
}
