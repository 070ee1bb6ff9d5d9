package dev.tollgate.gateway.network.internal;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Percent-encoding (RFC 3986, 2.1), byte for byte and without a view on plus signs. */
final class PercentEncoding {

  private static final int ESCAPE_LENGTH = 3;

  private PercentEncoding() {}

  /** Whether an escape with its two digits begins at {@code index}. */
  static boolean isEscape(String text, int index) {
    return index + ESCAPE_LENGTH <= text.length()
        && text.charAt(index) == '%'
        && HexFormat.isHexDigit(text.charAt(index + 1))
        && HexFormat.isHexDigit(text.charAt(index + 2));
  }

  /** The bytes of ASCII text with its escapes resolved once; what is no escape stays as it is. */
  static byte[] decode(String ascii) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      if (isEscape(ascii, i)) {
        bytes.write(HexFormat.fromHexDigits(ascii, i + 1, i + ESCAPE_LENGTH));
        i += ESCAPE_LENGTH - 1;
      } else {
        bytes.write(ascii.charAt(i));
      }
    }
    return bytes.toByteArray();
  }
}
