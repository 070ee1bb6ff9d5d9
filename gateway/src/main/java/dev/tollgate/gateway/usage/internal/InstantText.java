package dev.tollgate.gateway.usage.internal;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Writes times as {@link Instant#toString} has them. By hand, since two of them are written for
 * each request, and its formatter takes 200 bytes of memory for one.
 */
final class InstantText {

  /** How long a text may be, characters. */
  static final int LONGEST = 40;

  /** 0000-01-01T00:00:00Z and 9999-12-31T23:59:59Z; other years have a sign or more digits. */
  private static final long FIRST_SECOND = -62_167_219_200L;

  private static final long LAST_SECOND = 253_402_300_799L;

  private static final int DAY = 86_400;
  private static final int MILLI = 1_000_000;
  private static final int MICRO = 1_000;

  private InstantText() {}

  /** Gives where the text ends. */
  static int write(Instant time, byte[] to, int at) {
    long second = time.getEpochSecond();
    return second < FIRST_SECOND || second > LAST_SECOND
        ? ascii(time.toString(), to, at)
        : write(second, time.getNano(), to, at);
  }

  private static int ascii(String text, byte[] to, int at) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, to, at, bytes.length);
    return at + bytes.length;
  }

  private static int write(long second, int nano, byte[] to, int at) {
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(second, DAY));
    int ofDay = Math.floorMod(second, DAY);
    int i = at;
    i = number(date.getYear(), 4, '-', to, i);
    i = number(date.getMonthValue(), 2, '-', to, i);
    i = number(date.getDayOfMonth(), 2, 'T', to, i);
    i = number(ofDay / 3600, 2, ':', to, i);
    i = number(ofDay / 60 % 60, 2, ':', to, i);
    return fraction(nano, to, number(ofDay % 60, 2, nano == 0 ? 'Z' : '.', to, i));
  }

  /** Milliseconds, microseconds or nanoseconds, whichever tells all. */
  private static int fraction(int nano, byte[] to, int at) {
    if (nano == 0) {
      return at;
    }
    if (nano % MILLI == 0) {
      return number(nano / MILLI, 3, 'Z', to, at);
    }
    return nano % MICRO == 0 ? number(nano / MICRO, 6, 'Z', to, at) : number(nano, 9, 'Z', to, at);
  }

  private static int number(int value, int digits, char after, byte[] to, int at) {
    int end = at + digits;
    int rest = value;
    for (int i = end - 1; i >= at; i--) {
      to[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    to[end] = (byte) after;
    return end + 1;
  }
}
