package dev.tollgate.crypto.envelope;

import dev.tollgate.crypto.envelope.EnvelopeException.KeyEncryptionKeyUnavailable;
import dev.tollgate.crypto.secret.SecretBytes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Bounds a key-encryption key in time and in calls under way. A key service that hangs then fails
 * each call with {@link KeyEncryptionKeyUnavailable} instead of collecting requests; a call beyond
 * the bound fails at once, there is no queue. A call that runs out of time is cancelled.
 */
public final class BoundedKeyEncryptionKey implements KeyEncryptionKey {

  private final KeyEncryptionKey key;
  private final Duration timeout;
  private final Semaphore permits;

  /**
   * Bounds {@code key}.
   *
   * @param timeout more than zero, per call
   * @param maxInFlight calls under way at once, 1 or more
   */
  public BoundedKeyEncryptionKey(KeyEncryptionKey key, Duration timeout, int maxInFlight) {
    if (!timeout.isPositive() || maxInFlight < 1) {
      throw new IllegalArgumentException("a key-encryption key needs some time and some calls");
    }
    this.key = key;
    this.timeout = timeout;
    this.permits = new Semaphore(maxInFlight);
  }

  @Override
  public String id() {
    return key.id();
  }

  @Override
  public boolean holds(String kekId) {
    return key.holds(kekId);
  }

  @Override
  public CompletionStage<byte[]> wrap(SecretBytes dataKey, byte[] associatedData) {
    return bounded(() -> key.wrap(dataKey, associatedData));
  }

  @Override
  public CompletionStage<SecretBytes> unwrap(byte[] wrapped, byte[] associatedData) {
    return bounded(() -> key.unwrap(wrapped, associatedData));
  }

  private <T> CompletionStage<T> bounded(Supplier<CompletionStage<T>> call) {
    if (!permits.tryAcquire()) {
      return CompletableFuture.failedFuture(new KeyEncryptionKeyUnavailable(null));
    }
    CompletableFuture<T> underWay = start(call);
    return underWay
        .copy()
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((result, failure) -> end(underWay))
        .exceptionallyCompose(BoundedKeyEncryptionKey::named);
  }

  private void end(CompletableFuture<?> underWay) {
    permits.release();
    underWay.cancel(true);
  }

  private static <T> CompletableFuture<T> start(Supplier<CompletionStage<T>> call) {
    try {
      return call.get().toCompletableFuture();
    } catch (RuntimeException thrown) {
      return CompletableFuture.failedFuture(thrown);
    }
  }

  private static <T> CompletionStage<T> named(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return CompletableFuture.failedFuture(
        cause instanceof EnvelopeException known ? known : new KeyEncryptionKeyUnavailable(cause));
  }
}
