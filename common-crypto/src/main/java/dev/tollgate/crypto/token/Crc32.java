package dev.tollgate.crypto.token;

/**
 * CRC-32 (IEEE 802.3, reflected polynomial 0xEDB88320, as {@link java.util.zip.CRC32}) over
 * characters of a string. Written out because the JDK's works on byte arrays or objects of its own,
 * and the check of a presented key is done before anything is known of its sender: it must not
 * allocate.
 */
final class Crc32 {

  private static final int REFLECTED_POLYNOMIAL = 0xEDB88320;
  private static final int[] TABLE = table();

  private Crc32() {}

  /** The CRC of the first {@code length} characters, which must be ASCII. The result is 0–2³²−1. */
  static long of(CharSequence ascii, int length) {
    int crc = ~0;
    for (int i = 0; i < length; i++) {
      crc = TABLE[(crc ^ ascii.charAt(i)) & 0xFF] ^ (crc >>> 8);
    }
    return ~crc & 0xFFFF_FFFFL;
  }

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = ofByte(i);
    }
    return table;
  }

  private static int ofByte(int value) {
    int crc = value;
    for (int bit = 0; bit < Byte.SIZE; bit++) {
      crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ REFLECTED_POLYNOMIAL;
    }
    return crc;
  }
}
