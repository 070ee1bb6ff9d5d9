package dev.tollgate.admin.schema;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Makes ids such as {@code prj_01k9f0…}: a prefix that says what it names, {@code _}, and a ULID of
 * 26 lower-case Crockford base32 characters: 48 bits of Unix milliseconds, then 80 random bits.
 * They sort by the time they were made.
 */
@Component
public class Ids {

  private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final int TIME_CHARACTERS = 10;
  private static final int RANDOM_CHARACTERS = 16;
  private static final int BITS = 5;
  private static final Pattern FORM = Pattern.compile("[a-z]{3,4}_[0-7][0-9a-hjkmnp-tv-z]{25}");

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  Ids(Clock clock) {
    this.clock = clock;
  }

  /** A new id with this prefix, given without the underscore. */
  public String next(String prefix) {
    StringBuilder id = new StringBuilder(prefix).append('_');
    appendTime(id, clock.millis());
    for (int i = 0; i < RANDOM_CHARACTERS; i++) {
      id.append(ALPHABET[random.nextInt(ALPHABET.length)]);
    }
    return id.toString();
  }

  /**
   * An id of the same form that is made of what it names, and so is the same wherever it is made.
   *
   * @param time what it sorts by
   * @param digest of the content, at least 16 bytes
   */
  public static String ofContent(String prefix, Instant time, byte[] digest) {
    StringBuilder id = new StringBuilder(prefix).append('_');
    appendTime(id, time.toEpochMilli());
    for (int i = 0; i < RANDOM_CHARACTERS; i++) {
      id.append(ALPHABET[digest[i] & 31]);
    }
    return id.toString();
  }

  /**
   * Whether {@code text} could be an id at all; whether it names anything is the database's to say.
   */
  public static boolean isWellFormed(String text) {
    return FORM.matcher(text).matches();
  }

  private static void appendTime(StringBuilder id, long millis) {
    for (int i = TIME_CHARACTERS - 1; i >= 0; i--) {
      id.append(ALPHABET[(int) (millis >>> (BITS * i)) & 31]);
    }
  }
}
