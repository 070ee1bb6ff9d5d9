package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/**
 * The size of a picture, as its header tells it, without decoding it.
 *
 * @param width in pixels, 1 to 2^31-1
 * @param height likewise
 */
record ImageSize(int width, int height) {

  /** What of a picture's start is enough for all formats but JPEG. */
  static final int SHORT_HEADER = 32;

  /** JPEG may put a preview and a colour profile before the size. */
  static final int LONGEST_HEADER = 256 * 1024;

  private static final String PNG = "\u0089PNG\r\n\u001a\n";

  /** Whether these bytes begin a picture whose size may stand far from its start. */
  static boolean isJpeg(byte[] start, int length) {
    return length >= 3 && u8(start, 0) == 0xFF && u8(start, 1) == 0xD8 && u8(start, 2) == 0xFF;
  }

  /**
   * Reads PNG, GIF, WebP and JPEG.
   *
   * @return null where it is none of them, or its size is not within {@code length} bytes
   */
  static @Nullable ImageSize of(byte[] start, int length) {
    if (isJpeg(start, length)) {
      return ofJpeg(start, length);
    }
    if (length < SHORT_HEADER) {
      return null;
    }
    if (is(PNG, start, 0)) {
      return of(be32(start, 16), be32(start, 20));
    }
    if (is("GIF8", start, 0)) {
      return of(le16(start, 6), le16(start, 8));
    }
    return is("RIFF", start, 0) && is("WEBP", start, 8) ? ofWebP(start) : null;
  }

  private static @Nullable ImageSize ofWebP(byte[] start) {
    if (is("VP8X", start, 12)) {
      return of(le24(start, 24) + 1, le24(start, 27) + 1);
    }
    if (is("VP8L", start, 12)) {
      int bits = le16(start, 21) | le16(start, 23) << 16;
      return of((bits & 0x3FFF) + 1, (bits >>> 14 & 0x3FFF) + 1);
    }
    return is("VP8 ", start, 12) ? of(le16(start, 26) & 0x3FFF, le16(start, 28) & 0x3FFF) : null;
  }

  /** Goes from marker to marker to the start of a frame (ITU-T T.81, annex B). */
  private static @Nullable ImageSize ofJpeg(byte[] start, int length) {
    int at = 2;
    while (at + 9 < length) {
      if (u8(start, at) != 0xFF) {
        return null;
      }
      int marker = u8(start, at + 1);
      if (marker == 0xFF) {
        at++;
      } else if (isFrame(marker)) {
        return of(be16(start, at + 7), be16(start, at + 5));
      } else {
        at += isBare(marker) ? 2 : 2 + Math.max(2, be16(start, at + 2));
      }
    }
    return null;
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  /** Markers without a segment. */
  private static boolean isBare(int marker) {
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
  }

  private static @Nullable ImageSize of(int width, int height) {
    return width > 0 && height > 0 ? new ImageSize(width, height) : null;
  }

  private static boolean is(String text, byte[] bytes, int at) {
    return new String(bytes, at, text.length(), ISO_8859_1).equals(text);
  }

  private static int u8(byte[] bytes, int at) {
    return bytes[at] & 0xFF;
  }

  private static int be16(byte[] bytes, int at) {
    return u8(bytes, at) << 8 | u8(bytes, at + 1);
  }

  private static int be32(byte[] bytes, int at) {
    return be16(bytes, at) << 16 | be16(bytes, at + 2);
  }

  private static int le16(byte[] bytes, int at) {
    return u8(bytes, at) | u8(bytes, at + 1) << 8;
  }

  private static int le24(byte[] bytes, int at) {
    return le16(bytes, at) | u8(bytes, at + 2) << 16;
  }
}
