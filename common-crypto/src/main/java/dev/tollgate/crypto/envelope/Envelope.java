package dev.tollgate.crypto.envelope;

import dev.tollgate.crypto.envelope.EnvelopeException.DataKeyDoesNotOpen;
import dev.tollgate.crypto.envelope.EnvelopeException.KeyEncryptionKeyUnknown;
import dev.tollgate.crypto.secret.SecretBytes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Makes, opens and re-wraps data keys under key-encryption keys. Secrets themselves are sealed by
 * the {@link DataKey}.
 *
 * <p>Stages fail with an {@link EnvelopeException} and nothing else. They complete on the thread of
 * the key-encryption key: at once for the local keyset, on a thread of the client for a remote one.
 * Thread-safe.
 */
public final class Envelope {

  /**
   * Time for one call of a key-encryption key: a frozen key service must leave room to answer
   * within 2 s.
   */
  public static final Duration KEY_TIMEOUT = Duration.ofMillis(1_500);

  /** Calls under way at once per key-encryption key. */
  public static final int MAX_KEY_CALLS = 64;

  private static final String WRAPPING = "tollgate/data-key";

  private final KeyEncryptionKey current;
  private final List<KeyEncryptionKey> live;
  private final SecureRandom random = new SecureRandom();
  private final DataKeyIds ids = new DataKeyIds(InstantSource.system());

  /** An envelope with one key service, which may itself hold several live keys. */
  public Envelope(KeyEncryptionKey current) {
    this(current, List.of());
  }

  /**
   * An envelope in the middle of a move from one key service to another: wraps under {@code
   * current}, opens under any. Keys that are not a {@link BoundedKeyEncryptionKey} are bounded by
   * {@link #KEY_TIMEOUT} and {@link #MAX_KEY_CALLS}.
   */
  public Envelope(KeyEncryptionKey current, List<? extends KeyEncryptionKey> older) {
    this.current = bounded(current);
    this.live =
        Stream.concat(Stream.of(this.current), older.stream().map(Envelope::bounded)).toList();
  }

  /** A new random data key with a new id, {@code dek_} + ULID. */
  public CompletionStage<NewDataKey> newDataKey(DataKeyOwner owner) {
    return newDataKey(ids.next(), owner);
  }

  /** A new random data key under an id of the caller's. */
  public CompletionStage<NewDataKey> newDataKey(String id, DataKeyOwner owner) {
    SecretBytes key = randomKey();
    return wrap(id, owner, key)
        .thenApply(wrapped -> new NewDataKey(DataKey.of(id, owner, key), wrapped));
  }

  /**
   * Opens a data key. Fails with {@link DataKeyDoesNotOpen} if it is another owner's, was stored
   * under another id or key-encryption key, or was changed; with {@link KeyEncryptionKeyUnknown} if
   * no key at hand has its {@code kekId}.
   */
  public CompletionStage<DataKey> open(WrappedDataKey wrapped, DataKeyOwner owner) {
    return unwrap(wrapped, owner).thenApply(key -> DataKey.of(wrapped.id(), owner, key));
  }

  /**
   * Wraps the same data key under the current key-encryption key. No secret is opened, the id and
   * everything sealed stay as they are. Repeating it is harmless. Fails as {@link #open} does.
   */
  public CompletionStage<WrappedDataKey> rewrap(WrappedDataKey wrapped, DataKeyOwner owner) {
    return unwrap(wrapped, owner).thenCompose(key -> wrap(wrapped.id(), owner, key));
  }

  /**
   * Whether a wrapped key is under the current key-encryption key, so that a rotation has nothing
   * left to do for it.
   */
  public boolean isCurrent(WrappedDataKey wrapped) {
    return wrapped.kekId().equals(current.id());
  }

  private CompletionStage<WrappedDataKey> wrap(String id, DataKeyOwner owner, SecretBytes key) {
    String kekId = current.id();
    return current
        .wrap(key, associatedData(id, kekId, owner))
        .thenApply(bytes -> new WrappedDataKey(id, kekId, Layout.mark(bytes)));
  }

  private CompletionStage<SecretBytes> unwrap(WrappedDataKey wrapped, DataKeyOwner owner) {
    byte[] stored = wrapped.bytes();
    if (!Layout.isMarked(stored)) {
      return CompletableFuture.failedFuture(new DataKeyDoesNotOpen());
    }
    return holderOf(wrapped.kekId())
        .map(key ->
            key.unwrap(
                Layout.content(stored), associatedData(wrapped.id(), wrapped.kekId(), owner)))
        .orElseGet(() -> CompletableFuture.failedFuture(new KeyEncryptionKeyUnknown()))
        .thenCompose(Envelope::ofRightLength);
  }

  private Optional<KeyEncryptionKey> holderOf(String kekId) {
    return live.stream().filter(key -> key.holds(kekId)).findFirst();
  }

  private static CompletionStage<SecretBytes> ofRightLength(SecretBytes key) {
    return key.length() == DataKey.KEY_BYTES
        ? CompletableFuture.completedStage(key)
        : CompletableFuture.failedFuture(new DataKeyDoesNotOpen());
  }

  private static byte[] associatedData(String id, String kekId, DataKeyOwner owner) {
    return AssociatedData.named(WRAPPING)
        .string(id)
        .string(kekId)
        .string(owner.organizationId())
        .optional(owner.projectId())
        .toByteArray();
  }

  private SecretBytes randomKey() {
    byte[] bytes = new byte[DataKey.KEY_BYTES];
    random.nextBytes(bytes);
    SecretBytes key = SecretBytes.of(bytes);
    SecretBytes.wipe(bytes);
    return key;
  }

  private static KeyEncryptionKey bounded(KeyEncryptionKey key) {
    return key instanceof BoundedKeyEncryptionKey
        ? key
        : new BoundedKeyEncryptionKey(key, KEY_TIMEOUT, MAX_KEY_CALLS);
  }
}
