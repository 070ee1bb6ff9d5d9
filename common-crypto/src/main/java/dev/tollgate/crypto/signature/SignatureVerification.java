package dev.tollgate.crypto.signature;

import org.jspecify.annotations.Nullable;

/** What came of verifying the signature of a request. */
public sealed interface SignatureVerification {

  /**
   * The holder of the signing secret sent this very request.
   *
   * @param nonce to be remembered, and refused if it was seen before; null if none was sent and
   *     none is required
   */
  record Valid(@Nullable String nonce) implements SignatureVerification {}

  /** A required header is absent: {@code signature_missing}. */
  record Missing() implements SignatureVerification {}

  /** A header is malformed or the signature is not of these bytes: {@code signature_invalid}. */
  record Invalid() implements SignatureVerification {}

  /** The timestamp lies too far from now: {@code timestamp_out_of_range}. */
  record TimestampOutOfRange() implements SignatureVerification {}
}
