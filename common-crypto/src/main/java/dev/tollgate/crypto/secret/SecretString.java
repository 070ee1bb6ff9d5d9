package dev.tollgate.crypto.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Text that must not be shown: an opened provider key, a virtual key at the moment it is made, a
 * signing secret. Prints {@code [REDACTED]}, is not {@link java.io.Serializable}, has no getter
 * that a JSON mapper would find, and compares in time that depends on lengths only.
 *
 * <p>It does not promise erasure: the JVM may have copied the characters before they came here.
 * What bounds the life of a secret in memory is how long its holder keeps it.
 */
public final class SecretString {

  static final String REDACTED = "[REDACTED]";

  private final String value;

  private SecretString(String value) {
    this.value = value;
  }

  /** Wraps {@code value}, which may be empty. */
  public static SecretString of(String value) {
    return new SecretString(Objects.requireNonNull(value, "value"));
  }

  /** The text itself, for a caller that holds the capability. */
  public String reveal(SecretAccess access) {
    Objects.requireNonNull(access, "access");
    return value;
  }

  /** The same secret as UTF-8 bytes; needs no capability, because it stays a secret. */
  public SecretBytes utf8() {
    return SecretBytes.owning(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Compares in constant time for values of one length. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretString that
        && MessageDigest.isEqual(
            value.getBytes(StandardCharsets.UTF_8), that.value.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for all: a hash that gets printed or timed would tell something of the value. */
  @Override
  public int hashCode() {
    return SecretString.class.hashCode();
  }

  @Override
  public String toString() {
    return REDACTED;
  }
}
