package dev.tollgate.crypto.token;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Base62 over {@code 0-9A-Za-z} in this order, most significant digit first, padded on the left
 * with {@code 0}.
 */
final class Base62 {

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(62);
  private static final byte[] DIGITS = digits();

  private Base62() {}

  /**
   * {@code value}, which is not negative, in {@code width} digits; the caller chooses a width that
   * suffices.
   */
  static String encode(BigInteger value, int width) {
    char[] digits = new char[width];
    BigInteger rest = value;
    for (int i = width - 1; i >= 0; i--) {
      BigInteger[] quotientAndDigit = rest.divideAndRemainder(BASE);
      digits[i] = ALPHABET.charAt(quotientAndDigit[1].intValue());
      rest = quotientAndDigit[0];
    }
    if (rest.signum() != 0) {
      throw new IllegalArgumentException("the value needs more than " + width + " digits");
    }
    return new String(digits);
  }

  /** The value of a digit, 0–61, or −1 for any other character. */
  static int digit(char character) {
    return character < DIGITS.length ? DIGITS[character] : -1;
  }

  private static byte[] digits() {
    byte[] digits = new byte[128];
    Arrays.fill(digits, (byte) -1);
    for (int i = 0; i < ALPHABET.length(); i++) {
      digits[ALPHABET.charAt(i)] = (byte) i;
    }
    return digits;
  }
}
