package dev.tollgate.crypto.secret;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that must not be shown: the plaintext of a credential, a data key, a pepper. The promises
 * of {@link SecretString} hold here too; arrays are copied on the way in and on the way out.
 */
public final class SecretBytes {

  private final byte[] value;

  private SecretBytes(byte[] value) {
    this.value = value;
  }

  /** Copies {@code value}, which may be empty; the caller may wipe its own array afterwards. */
  public static SecretBytes of(byte[] value) {
    return new SecretBytes(value.clone());
  }

  /** Takes {@code value} without a copy; only for arrays that nobody else holds. */
  static SecretBytes owning(byte[] value) {
    return new SecretBytes(value);
  }

  /** A copy of the bytes, for a caller that holds the capability; wipe it when done. */
  public byte[] reveal(SecretAccess access) {
    Objects.requireNonNull(access, "access");
    return value.clone();
  }

  /** Number of bytes. */
  public int length() {
    return value.length;
  }

  /**
   * The same secret as text; needs no capability, because it stays a secret.
   *
   * @throws IllegalArgumentException if the bytes are not well-formed UTF-8; the message says no
   *     more
   */
  public SecretString utf8() {
    try {
      return SecretString.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
    } catch (CharacterCodingException notUtf8) {
      throw new IllegalArgumentException("the secret is not UTF-8 text");
    }
  }

  /** Compares in constant time for values of one length. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretBytes that && MessageDigest.isEqual(value, that.value);
  }

  /** The same for all, as in {@link SecretString#hashCode()}. */
  @Override
  public int hashCode() {
    return SecretBytes.class.hashCode();
  }

  @Override
  public String toString() {
    return SecretString.REDACTED;
  }

  /** Overwrites a revealed copy, so that it does not outlive its use in the heap. */
  public static void wipe(byte[] revealed) {
    Arrays.fill(revealed, (byte) 0);
  }
}
