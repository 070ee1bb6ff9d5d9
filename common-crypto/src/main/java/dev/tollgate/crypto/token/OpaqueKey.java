package dev.tollgate.crypto.token;

import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretString;
import java.math.BigInteger;
import java.security.SecureRandom;

/**
 * Virtual keys and admin keys: opaque, 53 ASCII characters.
 *
 * <pre>
 * offset  length  content
 *      0       4  prefix: tgk_ (virtual key) or tga_ (admin key)
 *      4      43  32 random bytes as one big-endian unsigned number in base62, left-padded with 0
 *     47       6  CRC-32 of the 47 characters before, in base62, left-padded with 0
 * </pre>
 *
 * Base62 digits are {@code 0-9A-Za-z} in this order. The checksum is no secret and proves nothing:
 * it refuses typing errors, cut keys and noise without a look-up, and lets secret scanners
 * recognise a leaked key.
 */
public final class OpaqueKey {

  /** Characters of every key. */
  public static final int LENGTH = 53;

  private static final int RANDOM_BYTES = 32;
  private static final int PREFIX_LENGTH = 4;
  private static final int RANDOM_DIGITS = 43;
  private static final int CHECKED_LENGTH = PREFIX_LENGTH + RANDOM_DIGITS;
  private static final int CHECKSUM_DIGITS = LENGTH - CHECKED_LENGTH;
  private static final int LAST_SHOWN = 4;
  private static final SecureRandom RANDOM = new SecureRandom();

  private OpaqueKey() {}

  /** A new key from 256 bits of the system's secure random source. */
  public static SecretString generate(KeyKind kind) {
    byte[] random = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(random);
    SecretString key = encode(kind, random);
    SecretBytes.wipe(random);
    return key;
  }

  static SecretString encode(KeyKind kind, byte[] random) {
    String checked = kind.prefix() + Base62.encode(new BigInteger(1, random), RANDOM_DIGITS);
    long checksum = Crc32.of(checked, CHECKED_LENGTH);
    return SecretString.of(checked + Base62.encode(BigInteger.valueOf(checksum), CHECKSUM_DIGITS));
  }

  /**
   * Whether {@code presented} has this kind's prefix, the length, the alphabet and the right
   * checksum. Allocates nothing and takes well under a microsecond, so that noise costs no look-up.
   */
  public static boolean isWellFormed(KeyKind kind, String presented) {
    return presented.length() == LENGTH
        && presented.startsWith(kind.prefix())
        && isBase62(presented)
        && checksumIn(presented) == Crc32.of(presented, CHECKED_LENGTH);
  }

  /** The last four characters, which may be stored and shown so that people tell keys apart. */
  public static String last4(SecretString key) {
    String value = key.reveal(SecretAccess.granted());
    if (value.length() != LENGTH) {
      throw new IllegalArgumentException("not an opaque key");
    }
    return value.substring(LENGTH - LAST_SHOWN);
  }

  private static boolean isBase62(String presented) {
    for (int i = PREFIX_LENGTH; i < LENGTH; i++) {
      if (Base62.digit(presented.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static long checksumIn(String presented) {
    long value = 0;
    for (int i = CHECKED_LENGTH; i < LENGTH; i++) {
      value = value * 62 + Base62.digit(presented.charAt(i));
    }
    return value;
  }
}
