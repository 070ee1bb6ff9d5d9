package dev.tollgate.crypto.envelope;

import dev.tollgate.crypto.secret.SecretBytes;
import java.util.concurrent.CompletionStage;

/**
 * The key outside the database that wraps data keys: a local keyset, or a key in a key management
 * service that never leaves it. Calls may go over a network, so they are asynchronous; {@link
 * Envelope} bounds their number and their time.
 *
 * <p>Stages fail with {@link EnvelopeException.DataKeyDoesNotOpen} when the key looked at the bytes
 * and refused them; any other failure counts as {@link
 * EnvelopeException.KeyEncryptionKeyUnavailable}. Implementations are thread-safe and do not block
 * the calling thread on I/O.
 */
public interface KeyEncryptionKey {

  /**
   * The name of the key that {@link #wrap} uses now; it is stored beside every wrapped data key and
   * bound into it. Stable over restarts and equal on all replicas, for example {@code
   * local:5f3a9c01} or a key ARN.
   */
  String id();

  /**
   * Whether {@link #unwrap} can open what was wrapped under {@code kekId}: this key, or an older
   * one still live.
   */
  default boolean holds(String kekId) {
    return id().equals(kekId);
  }

  /**
   * Encrypts a data key.
   *
   * @param dataKey 32 bytes
   * @param associatedData authenticated and not stored; {@link #unwrap} needs the same
   */
  CompletionStage<byte[]> wrap(SecretBytes dataKey, byte[] associatedData);

  /** Decrypts what {@link #wrap} gave, under the current key or an older one still live. */
  CompletionStage<SecretBytes> unwrap(byte[] wrapped, byte[] associatedData);
}
