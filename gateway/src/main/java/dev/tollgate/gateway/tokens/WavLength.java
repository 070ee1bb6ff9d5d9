package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Reads from the header of a WAV file how long it sounds. */
final class WavLength {

  static final long UNKNOWN = -1;

  private static final int FORMAT_CHUNK = 16;
  private static final int LONGEST_SAMPLE = 8;
  private static final int MOST_RATE = 192_000;

  private WavLength() {}

  static boolean isWav(byte[] start, int length) {
    return length >= 12 && is("RIFF", start, 0) && is("WAVE", start, 8);
  }

  /**
   * Milliseconds, rounded up: by the bytes that are there, not by the length that the header
   * claims, and only for plain samples whose rate agrees with itself; else {@link #UNKNOWN}.
   */
  static long millis(byte[] start, int length, long fileBytes) {
    int at = 12;
    while (at >= 0 && at + 8 + FORMAT_CHUNK <= length) {
      if (is("fmt ", start, at)) {
        long bytesPerSecond = bytesPerSecond(start, at + 8);
        return bytesPerSecond <= 0
            ? UNKNOWN
            : Math.ceilDiv(Math.multiplyExact(fileBytes, 1000L), bytesPerSecond);
      }
      at += 8 + Math.max(0, le32(start, at + 4));
    }
    return UNKNOWN;
  }

  /** Of integer or floating-point samples, or of telephone companding; else 0. */
  private static long bytesPerSecond(byte[] start, int at) {
    int format = le16(start, at);
    int channels = le16(start, at + 2);
    int rate = le32(start, at + 4);
    int frame = le16(start, at + 12);
    int bits = le16(start, at + 14);
    boolean plain = format == 1 || format == 3 || format == 6 || format == 7 || format == 0xFFFE;
    boolean agrees =
        channels > 0
            && rate > 0
            && rate <= MOST_RATE
            && bits > 0
            && bits <= LONGEST_SAMPLE * Byte.SIZE
            && frame == channels * Math.ceilDiv(bits, Byte.SIZE);
    return plain && agrees ? (long) rate * frame : 0;
  }

  private static boolean is(String text, byte[] bytes, int at) {
    return new String(bytes, at, text.length(), ISO_8859_1).equals(text);
  }

  private static int le16(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8;
  }

  private static int le32(byte[] bytes, int at) {
    return le16(bytes, at) | le16(bytes, at + 2) << 16;
  }
}
