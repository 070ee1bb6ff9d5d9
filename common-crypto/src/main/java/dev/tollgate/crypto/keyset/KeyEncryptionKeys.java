package dev.tollgate.crypto.keyset;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import dev.tollgate.crypto.envelope.EnvelopeException.DataKeyDoesNotOpen;
import dev.tollgate.crypto.envelope.KeyEncryptionKey;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretFile;
import dev.tollgate.crypto.secret.SecretFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

/**
 * The default key-encryption key: a Tink keyset of AES-256-GCM keys in a file of mode 0600 (Tink's
 * JSON format, not encrypted; whoever reads the file and the database reads every secret).
 * Immutable and thread-safe; all its stages are complete when they are returned.
 *
 * <p>A key's id is {@code local:} and Tink's 32-bit key id in eight lower-case hexadecimal digits.
 *
 * <p><b>Rotation</b>, with no failed request however many processes read the file:
 *
 * <ol>
 *   <li>{@link #withNewKey()} and {@link #replace}: the new key is live but wraps nothing. Every
 *       process loads the file.
 *   <li>{@link #withPrimary} and {@link #replace}: new wraps use it, old ones still open. Every
 *       process loads the file.
 *   <li>Re-wrap all data keys ({@code Envelope.rewrap}) until none names the old key.
 *   <li>{@link #without} and {@link #replace}: the old key is gone.
 * </ol>
 */
public final class KeyEncryptionKeys implements KeyEncryptionKey {

  private final KeysetHandle keyset;
  private final Aead aead;

  private KeyEncryptionKeys(KeysetHandle keyset) throws GeneralSecurityException {
    this.keyset = keyset;
    this.aead = keyset.getPrimitive(RegistryConfiguration.get(), Aead.class);
  }

  /** A new keyset with one key, in memory only. */
  public static KeyEncryptionKeys generate() {
    return of(TinkKeyset::generate);
  }

  /**
   * Generates a keyset and writes it to a new file of mode 0600.
   *
   * @throws SecretFileException if the file exists or cannot be written
   */
  public static KeyEncryptionKeys create(Path file) {
    KeyEncryptionKeys generated = generate();
    SecretFile.create(file, generated.toJson());
    return generated;
  }

  /**
   * Reads a keyset.
   *
   * @throws SecretFileException if the file is missing, open to everybody, or not a Tink keyset of
   *     AES-256-GCM keys with Tink's prefix, each enabled
   */
  public static KeyEncryptionKeys load(Path file) {
    byte[] json = SecretFile.read(file).reveal(SecretAccess.granted());
    try {
      return new KeyEncryptionKeys(TinkKeyset.parse(json));
    } catch (GeneralSecurityException malformed) {
      throw new SecretFileException(file, "is not a Tink keyset of AES-256-GCM keys");
    } finally {
      SecretBytes.wipe(json);
    }
  }

  /** Writes this keyset over {@code file} in one step, mode 0600. */
  public void replace(Path file) {
    SecretFile.replace(file, toJson());
  }

  /** The primary key's id: what new wraps are made under. */
  @Override
  public String id() {
    return idOf(keyset.getPrimary());
  }

  /** The ids of all live keys, in the order of their making. */
  public List<String> ids() {
    return IntStream.range(0, keyset.size()).mapToObj(index -> idOf(keyset.getAt(index))).toList();
  }

  @Override
  public boolean holds(String kekId) {
    return ids().contains(kekId);
  }

  /**
   * This keyset and a new key, which is live but not primary yet.
   *
   * @throws IllegalStateException if two keys are live already: finish that rotation first
   */
  public KeyEncryptionKeys withNewKey() {
    if (keyset.size() > 1) {
      throw new IllegalStateException("two keys are live; a rotation is under way");
    }
    return of(() -> TinkKeyset.withNewKey(keyset));
  }

  /**
   * This keyset with another of its keys as the primary.
   *
   * @throws IllegalArgumentException if it does not hold that key
   */
  public KeyEncryptionKeys withPrimary(String kekId) {
    int index = indexOf(kekId);
    return of(() -> TinkKeyset.withPrimary(keyset, index));
  }

  /**
   * This keyset without a key that nothing is wrapped under any more. What still is can never be
   * opened again.
   *
   * @throws IllegalArgumentException if it does not hold that key, or the key is the primary
   */
  public KeyEncryptionKeys without(String kekId) {
    int index = indexOf(kekId);
    if (keyset.getAt(index).isPrimary()) {
      throw new IllegalArgumentException("the primary key cannot be retired");
    }
    return of(() -> TinkKeyset.without(keyset, index));
  }

  @Override
  public CompletionStage<byte[]> wrap(SecretBytes dataKey, byte[] associatedData) {
    byte[] plain = dataKey.reveal(SecretAccess.granted());
    try {
      return CompletableFuture.completedStage(aead.encrypt(plain, associatedData));
    } catch (GeneralSecurityException failure) {
      return CompletableFuture.failedStage(failure);
    } finally {
      SecretBytes.wipe(plain);
    }
  }

  @Override
  public CompletionStage<SecretBytes> unwrap(byte[] wrapped, byte[] associatedData) {
    try {
      byte[] plain = aead.decrypt(wrapped, associatedData);
      SecretBytes dataKey = SecretBytes.of(plain);
      SecretBytes.wipe(plain);
      return CompletableFuture.completedStage(dataKey);
    } catch (GeneralSecurityException refused) {
      return CompletableFuture.failedStage(new DataKeyDoesNotOpen());
    }
  }

  private int indexOf(String kekId) {
    int index = ids().indexOf(kekId);
    if (index < 0) {
      throw new IllegalArgumentException("the keyset does not hold this key");
    }
    return index;
  }

  private byte[] toJson() {
    return TinkKeyset.render(keyset);
  }

  private static String idOf(KeysetHandle.Entry entry) {
    return String.format(Locale.ROOT, "local:%08x", entry.getId());
  }

  private static KeyEncryptionKeys of(KeysetSource source) {
    try {
      return new KeyEncryptionKeys(source.get());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("Tink has AES-256-GCM", impossible);
    }
  }

  private interface KeysetSource {
    KeysetHandle get() throws GeneralSecurityException;
  }

  /** Names the ids only. */
  @Override
  public String toString() {
    return "KeyEncryptionKeys[primary=" + id() + ", live=" + ids() + "]";
  }
}
