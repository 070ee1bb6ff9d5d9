package dev.tollgate.crypto.envelope;

import com.google.crypto.tink.Aead;
import dev.tollgate.crypto.envelope.EnvelopeException.SecretDoesNotOpen;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import java.security.GeneralSecurityException;

/**
 * An opened data key: seals and opens the secrets of one owner with AES-256-GCM under a fresh
 * random nonce each time. Thread-safe; the cipher is prepared once, so opening a secret costs about
 * a microsecond. It cannot be serialised and prints no key.
 *
 * <p>A sealed secret:
 *
 * <pre>
 * offset  length  content
 *      0       1  layout, 1
 *      1      12  nonce, random
 *     13       n  ciphertext, as long as the secret
 *   13+n      16  tag, over ciphertext and {@link SecretBinding#associatedData()}
 * </pre>
 */
public final class DataKey {

  /** Bytes of the key itself. */
  static final int KEY_BYTES = 32;

  /** The largest secret that is sealed; a service account's JSON has about 2,400 bytes. */
  public static final int MAX_SECRET_BYTES = 64 * 1024;

  /** The largest piece of a request or an answer that is sealed. */
  public static final int MAX_BODY_BYTES = 16 * 1024 * 1024;

  private final String id;
  private final DataKeyOwner owner;
  private final Aead aead;

  private DataKey(String id, DataKeyOwner owner, Aead aead) {
    this.id = id;
    this.owner = owner;
    this.aead = aead;
  }

  static DataKey of(String id, DataKeyOwner owner, SecretBytes key) {
    return new DataKey(id, owner, TinkAead.of(key));
  }

  /** The id of the wrapped key it was opened from. */
  public String id() {
    return id;
  }

  /** Whose secrets it seals. */
  public DataKeyOwner owner() {
    return owner;
  }

  /**
   * Seals a secret of at most {@value #MAX_SECRET_BYTES} bytes.
   *
   * @throws IllegalArgumentException if the binding names another owner or the secret is too large
   */
  public byte[] seal(SecretBytes secret, SecretBinding binding) {
    if (!binding.owner().equals(owner) || secret.length() > MAX_SECRET_BYTES) {
      throw new IllegalArgumentException("not a secret of this data key's owner, or too large");
    }
    byte[] plain = secret.reveal(SecretAccess.granted());
    try {
      return seal(plain, binding.associatedData());
    } finally {
      SecretBytes.wipe(plain);
    }
  }

  /**
   * Seals at most {@value #MAX_BODY_BYTES} bytes of a body.
   *
   * @throws IllegalArgumentException if the binding names another owner or the body is too large
   */
  public byte[] sealBody(byte[] body, BodyBinding binding) {
    if (!binding.owner().equals(owner) || body.length > MAX_BODY_BYTES) {
      throw new IllegalArgumentException("not a body of this data key's owner, or too large");
    }
    return seal(body, binding.associatedData());
  }

  private byte[] seal(byte[] plain, byte[] associatedData) {
    try {
      return Layout.mark(aead.encrypt(plain, associatedData));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-256-GCM encrypts any bytes", impossible);
    }
  }

  /**
   * Opens what {@link #seal} made for this very binding.
   *
   * @throws SecretDoesNotOpen if anything differs: owner, binding, key, or any bit of {@code
   *     sealed}
   */
  public SecretBytes open(byte[] sealed, SecretBinding binding) {
    if (!binding.owner().equals(owner)) {
      throw new SecretDoesNotOpen();
    }
    return SecretBytes.of(open(sealed, binding.associatedData()));
  }

  /**
   * Opens what {@link #sealBody} made for this very binding.
   *
   * @throws SecretDoesNotOpen if anything differs: owner, binding, key, or any bit of {@code
   *     sealed}
   */
  public byte[] openBody(byte[] sealed, BodyBinding binding) {
    if (!binding.owner().equals(owner)) {
      throw new SecretDoesNotOpen();
    }
    return open(sealed, binding.associatedData());
  }

  private byte[] open(byte[] sealed, byte[] associatedData) {
    if (!Layout.isMarked(sealed)) {
      throw new SecretDoesNotOpen();
    }
    try {
      return aead.decrypt(Layout.content(sealed), associatedData);
    } catch (GeneralSecurityException refused) {
      throw new SecretDoesNotOpen();
    }
  }

  @Override
  public String toString() {
    return "DataKey[id=" + id + ", [REDACTED]]";
  }
}
