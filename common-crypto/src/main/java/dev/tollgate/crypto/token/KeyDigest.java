package dev.tollgate.crypto.token;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of an opaque key: HMAC-SHA-256 under a pepper, and which pepper. Two digests are
 * equal if both parts are, so it serves as a key of maps and caches.
 */
public final class KeyDigest {

  /** Bytes of a digest. */
  public static final int LENGTH = 32;

  private final int pepperVersion;
  private final byte[] value;

  /**
   * A digest as stored.
   *
   * @param pepperVersion 1 or more
   * @param value 32 bytes, copied
   */
  public KeyDigest(int pepperVersion, byte[] value) {
    this(value.clone(), pepperVersion);
  }

  private KeyDigest(byte[] value, int pepperVersion) {
    if (pepperVersion < 1 || value.length != LENGTH) {
      throw new IllegalArgumentException("a key digest has a pepper version from 1 and 32 bytes");
    }
    this.pepperVersion = pepperVersion;
    this.value = value;
  }

  /** Takes {@code value} without a copy; for the digester, which has just made it. */
  static KeyDigest owning(int pepperVersion, byte[] value) {
    return new KeyDigest(value, pepperVersion);
  }

  /** The version of the pepper it was made under, 1 or more. */
  public int pepperVersion() {
    return pepperVersion;
  }

  /** A copy of the 32 bytes. */
  public byte[] value() {
    return value.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyDigest that
        && pepperVersion == that.pepperVersion
        && MessageDigest.isEqual(value, that.value);
  }

  /**
   * Four bytes of the digest: they are uniformly distributed, and nobody without the pepper can
   * choose them.
   */
  @Override
  public int hashCode() {
    return value[0] << 24 | (value[1] & 0xFF) << 16 | (value[2] & 0xFF) << 8 | (value[3] & 0xFF);
  }

  /** Names the pepper only; a digest in a log would link log lines to rows. */
  @Override
  public String toString() {
    return "KeyDigest[pepperVersion=" + pepperVersion + "]";
  }
}
