package dev.tollgate.gateway.inspection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks that bytes are well-formed UTF-8 (Unicode 17, table 3-7: no overlong form, no surrogate,
 * nothing above U+10FFFF), over chunks cut anywhere.
 *
 * <p>Jackson only looks at the two top bits of a continuation byte, so an overlong quote or a
 * surrogate would pass it and could mean something else to a provider's decoder.
 */
final class Utf8Validator {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long NON_ASCII = 0x8080808080808080L;
  private static final int STRIDE = 4 * Long.BYTES;

  private int continuationsDue;
  private int lowest;
  private int highest;

  /**
   * Reads the next bytes.
   *
   * @return whether everything so far is, or can still become, well-formed; after false the
   *     validator must not be used again
   */
  boolean accept(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (continuationsDue > 0) {
        if (!continuation(bytes[at++] & 0xFF)) {
          return false;
        }
      } else {
        at = endOfAscii(bytes, at, to);
        if (at < to && !lead(bytes[at++] & 0xFF)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether no character is cut open at the end of what was read. */
  boolean isComplete() {
    return continuationsDue == 0;
  }

  /** The index of the first byte at or after {@code from} that is not ASCII, or {@code to}. */
  private static int endOfAscii(byte[] bytes, int from, int to) {
    int at = from;
    while (at <= to - STRIDE
        && ((word(bytes, at) | word(bytes, at + 8) | word(bytes, at + 16) | word(bytes, at + 24))
                & NON_ASCII)
            == 0) {
      at += STRIDE;
    }
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long high = word(bytes, at) & NON_ASCII;
      if (high != 0) {
        return at + Long.numberOfTrailingZeros(high) / Byte.SIZE;
      }
    }
    while (at < to && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  private static long word(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  private boolean lead(int value) {
    if (value >= 0xC2 && value <= 0xDF) {
      return expect(1, 0x80, 0xBF);
    }
    if (value >= 0xE0 && value <= 0xEF) {
      return expect(2, value == 0xE0 ? 0xA0 : 0x80, value == 0xED ? 0x9F : 0xBF);
    }
    if (value >= 0xF0 && value <= 0xF4) {
      return expect(3, value == 0xF0 ? 0x90 : 0x80, value == 0xF4 ? 0x8F : 0xBF);
    }
    return false;
  }

  private boolean expect(int continuations, int from, int to) {
    continuationsDue = continuations;
    lowest = from;
    highest = to;
    return true;
  }

  private boolean continuation(int value) {
    if (value < lowest || value > highest) {
      return false;
    }
    return expect(continuationsDue - 1, 0x80, 0xBF);
  }
}
