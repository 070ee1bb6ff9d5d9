package dev.tollgate.gateway.credentials;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.crypto.envelope.DataKey;
import dev.tollgate.crypto.envelope.DataKeyOwner;
import dev.tollgate.crypto.envelope.Envelope;
import dev.tollgate.crypto.envelope.WrappedDataKey;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Opens data keys and keeps them for a short time. Thread-safe. */
public final class DataKeys {

  private static final int MAXIMUM = 10_000;

  private final Envelope envelope;
  private final AsyncCache<WrappedDataKey, DataKey> opened;

  public DataKeys(Envelope envelope, Duration openedFor) {
    this.envelope = envelope;
    this.opened =
        Caffeine.newBuilder().maximumSize(MAXIMUM).expireAfterWrite(openedFor).buildAsync();
  }

  /** Fails with {@link dev.tollgate.crypto.envelope.EnvelopeException} if it does not open. */
  public Mono<DataKey> open(WrappedDataKey wrapped, DataKeyOwner owner) {
    return Mono.fromFuture(
        () ->
            opened.get(wrapped, (key, executor) -> envelope.open(key, owner).toCompletableFuture()),
        true);
  }
}
