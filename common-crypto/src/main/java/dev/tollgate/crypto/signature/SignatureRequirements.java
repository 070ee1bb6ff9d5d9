package dev.tollgate.crypto.signature;

import java.time.Duration;

/**
 * What a policy asks of signed requests. A timestamp or nonce that is not required may be absent
 * and is then signed as empty text; one that is sent is checked in any case.
 *
 * @param timestampRequired {@code require_timestamp}
 * @param nonceRequired {@code require_nonce}
 * @param maxTimestampAge how far the timestamp may lie from now in either direction, inclusive;
 *     zero or more
 */
public record SignatureRequirements(
    boolean timestampRequired, boolean nonceRequired, Duration maxTimestampAge) {

  /** Refuses a negative age. */
  public SignatureRequirements {
    if (maxTimestampAge.isNegative()) {
      throw new IllegalArgumentException("max_timestamp_age is not negative");
    }
  }
}
