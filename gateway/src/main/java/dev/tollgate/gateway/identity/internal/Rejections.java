package dev.tollgate.gateway.identity.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.snapshot.KeySnapshot;
import java.time.Duration;

/** How a caller that is not let in learns of it; none says whether a key ever existed. */
final class Rejections {

  static final Rejection MISSING =
      Rejection.of(
          ErrorCode.INVALID_API_KEY,
          "No API key was given. Send a Tollgate key as a bearer token.");
  static final Rejection INVALID =
      Rejection.of(ErrorCode.INVALID_API_KEY, "The API key is not valid.");
  static final Rejection AMBIGUOUS =
      Rejection.of(
          ErrorCode.AMBIGUOUS_CREDENTIALS, "The request carries two different API keys. Send one.");
  static final Rejection UNAVAILABLE =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "Keys cannot be checked right now. Try again shortly.",
          Duration.ofSeconds(1));
  static final Rejection EXPIRED = Rejection.of(ErrorCode.KEY_EXPIRED, "The API key has expired.");
  static final Rejection REVOKED =
      Rejection.of(ErrorCode.KEY_REVOKED, "The API key has been revoked.");
  private static final Rejection DISABLED =
      Rejection.of(ErrorCode.KEY_DISABLED, "The API key is disabled.");
  private static final Rejection UNAPPROVED =
      Rejection.of(ErrorCode.APPROVAL_REQUIRED, "The API key has not been approved yet.");

  private Rejections() {}

  static Rejection of(KeySnapshot.State state) {
    return switch (state) {
      case EXPIRED -> EXPIRED;
      case DISABLED -> DISABLED;
      case REVOKED -> REVOKED;
      case PENDING_APPROVAL -> UNAPPROVED;
      case ACTIVE -> throw new IllegalArgumentException("an active key is not rejected");
    };
  }
}
