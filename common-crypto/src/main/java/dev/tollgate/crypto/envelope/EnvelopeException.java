package dev.tollgate.crypto.envelope;

import org.jspecify.annotations.Nullable;

/**
 * Why a secret or a data key could not be opened or made. The types are stable, the messages fixed:
 * neither tells which of binding, key or bytes was wrong, because whoever moved a row should not
 * learn how close it came.
 */
public abstract sealed class EnvelopeException extends RuntimeException {

  EnvelopeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * The sealed bytes, the binding and the data key do not belong together, or the bytes were
   * changed or cut.
   */
  public static final class SecretDoesNotOpen extends EnvelopeException {
    SecretDoesNotOpen() {
      super("the secret does not open", null);
    }
  }

  /**
   * The wrapped bytes, the owner and the key-encryption key do not belong together, or the bytes
   * were changed.
   */
  public static final class DataKeyDoesNotOpen extends EnvelopeException {
    /**
     * For implementations of {@link KeyEncryptionKey}: it looked, and the bytes are not of this
     * key.
     */
    public DataKeyDoesNotOpen() {
      super("the data key does not open", null);
    }
  }

  /**
   * No key-encryption key at hand has the id that the wrapped key names; after a rotation, load the
   * keys again.
   */
  public static final class KeyEncryptionKeyUnknown extends EnvelopeException {
    KeyEncryptionKeyUnknown() {
      super("the key-encryption key is not at hand", null);
    }
  }

  /** The key-encryption key did not answer, in time or at all; trying again may help. */
  public static final class KeyEncryptionKeyUnavailable extends EnvelopeException {
    /**
     * For implementations of {@link KeyEncryptionKey}. {@code cause} reaches the operator's log: it
     * must not repeat what was sent to the key service, which is a data key when one is wrapped.
     */
    public KeyEncryptionKeyUnavailable(@Nullable Throwable cause) {
      super("the key-encryption key does not answer", cause);
    }
  }
}
