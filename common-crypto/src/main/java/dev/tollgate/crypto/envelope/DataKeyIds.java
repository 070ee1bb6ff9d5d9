package dev.tollgate.crypto.envelope;

import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * Makes data-key ids: {@code dek_} and a ULID in lower-case Crockford base 32, 26 characters: 48
 * bits of milliseconds since 1970, then 80 random bits. Ids sort by time.
 */
final class DataKeyIds {

  private static final String PREFIX = "dek_";
  private static final String CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int TIME_DIGITS = 10;
  private static final int RANDOM_DIGITS = 16;
  private static final int BITS_PER_DIGIT = 5;

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  DataKeyIds(InstantSource clock) {
    this.clock = clock;
  }

  String next() {
    StringBuilder id = new StringBuilder(PREFIX);
    appendTime(id, clock.millis());
    random
        .ints(RANDOM_DIGITS, 0, CROCKFORD.length())
        .forEach(digit -> id.append(CROCKFORD.charAt(digit)));
    return id.toString();
  }

  private static void appendTime(StringBuilder id, long millis) {
    for (int digit = TIME_DIGITS - 1; digit >= 0; digit--) {
      id.append(CROCKFORD.charAt((int) (millis >>> (digit * BITS_PER_DIGIT)) & 31));
    }
  }
}
