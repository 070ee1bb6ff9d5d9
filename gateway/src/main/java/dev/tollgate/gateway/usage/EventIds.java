package dev.tollgate.gateway.usage;

import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ids that sort by time: a ULID (48 bits of milliseconds, 80 random bits) in lower-case Crockford
 * base 32 behind a prefix.
 */
public final class EventIds {

  private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final int TIME_CHARS = 10;
  private static final int RANDOM_CHARS = 8;

  private EventIds() {}

  /** The id of a usage row. */
  public static String next(Instant now) {
    return next("use_", now);
  }

  /** An id behind a prefix such as {@code evt_}. */
  public static String next(String prefix, Instant now) {
    StringBuilder id = new StringBuilder(prefix.length() + TIME_CHARS + 2 * RANDOM_CHARS);
    id.append(prefix);
    ThreadLocalRandom random = ThreadLocalRandom.current();
    append(id, now.toEpochMilli(), TIME_CHARS);
    append(id, random.nextLong(), RANDOM_CHARS);
    append(id, random.nextLong(), RANDOM_CHARS);
    return id.toString();
  }

  private static void append(StringBuilder id, long bits, int chars) {
    for (int shift = 5 * (chars - 1); shift >= 0; shift -= 5) {
      id.append(ALPHABET[(int) (bits >>> shift) & 31]);
    }
  }
}
