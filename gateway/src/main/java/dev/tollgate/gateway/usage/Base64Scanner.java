package dev.tollgate.gateway.usage;

import java.util.Arrays;

/** Undoes base64 as it passes; what is no letter of the alphabet (RFC 4648 §4) is left out. */
final class Base64Scanner implements AnswerScanner {

  private static final byte NONE = -1;
  private static final byte[] VALUES = values();

  private final AnswerScanner inner;
  private final byte[] decoded = new byte[768];
  private int length;
  private int bits;
  private int bitCount;

  Base64Scanner(AnswerScanner inner) {
    this.inner = inner;
  }

  @Override
  public void scan(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      int value = VALUES[bytes[i] & 0xFF];
      if (value != NONE) {
        take(value);
      }
    }
    flush();
  }

  private void take(int value) {
    bits = bits << 6 | value;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      decoded[length++] = (byte) (bits >>> bitCount);
      if (length == decoded.length) {
        flush();
      }
    }
  }

  private void flush() {
    inner.scan(decoded, 0, length);
    length = 0;
  }

  private static byte[] values() {
    byte[] values = new byte[256];
    Arrays.fill(values, NONE);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      values[alphabet.charAt(i)] = (byte) i;
    }
    return values;
  }
}
