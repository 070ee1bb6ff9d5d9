package dev.tollgate.gateway.signature.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import java.time.Duration;

/** How a request learns that its signature does not hold. */
final class SignatureRejections {

  static final Rejection MISSING =
      Rejection.of(
          ErrorCode.SIGNATURE_MISSING,
          "Requests with this key must be signed: send X-Tollgate-Signature, and timestamp and"
              + " nonce where the key's policy asks for them.");
  static final Rejection INVALID =
      Rejection.of(ErrorCode.SIGNATURE_INVALID, "The request's signature is not right.");
  static final Rejection CANNOT_SIGN =
      Rejection.of(
          ErrorCode.SIGNATURE_INVALID,
          "Requests must be signed here, and this caller has no secret to sign with.");
  static final Rejection OUT_OF_RANGE =
      Rejection.of(
          ErrorCode.TIMESTAMP_OUT_OF_RANGE, "The request's timestamp lies too far from now.");
  static final Rejection REPLAYED =
      Rejection.of(ErrorCode.NONCE_REPLAYED, "The request's nonce was used before.");
  static final Rejection UNAVAILABLE =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "Signatures cannot be checked right now. Try again shortly.",
          Duration.ofSeconds(1));

  private SignatureRejections() {}
}
