package dev.tollgate.gateway.routing.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.time.Duration;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/** What a failed call to a provider means for the client; never in the failure's own words. */
final class CallFailures {

  static final Rejection TOO_SLOW =
      Rejection.of(ErrorCode.PROVIDER_TIMEOUT, "The provider did not answer in time.");
  static final Rejection NO_ANSWER =
      Rejection.of(ErrorCode.PROVIDER_UNAVAILABLE, "The provider could not be reached.");
  static final Rejection BROKEN_OFF =
      Rejection.of(ErrorCode.PROVIDER_UNAVAILABLE, "The provider's answer broke off.");
  static final Rejection REDIRECTED =
      Rejection.of(
          ErrorCode.PROVIDER_UNAVAILABLE,
          "The provider answered with a redirect, which is not followed.");
  static final Rejection CREDENTIAL_REFUSED =
      Rejection.of(
          ErrorCode.PROVIDER_AUTH_FAILED, "The provider refused the gateway's credential.");
  private static final Rejection NO_CONNECTION_LEFT =
      Rejection.retryable(
          ErrorCode.NO_PROVIDER_AVAILABLE,
          "Too many calls to this provider are under way.",
          Duration.ofSeconds(1));

  private CallFailures() {}

  /** The meaning of a failure before the head of the answer. */
  static Throwable beforeAnswer(Throwable failure) {
    if (failure instanceof RejectionException) {
      return failure;
    }
    return reasonOf(failure, NO_ANSWER).asException();
  }

  /** The meaning of a failure within the body. */
  static Rejection withinAnswer(Throwable failure) {
    return reasonOf(failure, BROKEN_OFF);
  }

  private static Rejection reasonOf(Throwable failure, Rejection otherwise) {
    return switch (failure) {
      case ConnectTimeoutException e -> TOO_SLOW;
      case SslHandshakeTimeoutException e -> TOO_SLOW;
      case PoolAcquireTimeoutException e -> NO_CONNECTION_LEFT;
      case PoolAcquirePendingLimitException e -> NO_CONNECTION_LEFT;
      default -> otherwise;
    };
  }
}
