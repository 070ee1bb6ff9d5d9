package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.rounds.Steps;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Collects rows and stores them in batches, one batch at a time. A batch that fails is tried again
 * with the next tick; while the database is away the newest rows are kept, up to a bound.
 *
 * @param <T> a row; storing one twice must be harmless
 */
final class BatchQueue<T> {

  private static final Logger log = LoggerFactory.getLogger(BatchQueue.class);
  private static final Duration STORE_TIMEOUT = Duration.ofSeconds(5);

  private final String name;
  private final LinkedBlockingDeque<T> waiting;
  private final int batchSize;
  private final Function<List<T>, Mono<Void>> store;
  private final BiConsumer<T, Throwable> whenRefused;
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean failing;

  BatchQueue(String name, int capacity, int batchSize, Function<List<T>, Mono<Void>> store) {
    this(name, capacity, batchSize, store, null);
  }

  /**
   * @param whenRefused takes a row that the database will never take, and why; must not block.
   *     null: it is dropped
   */
  BatchQueue(
      String name,
      int capacity,
      int batchSize,
      Function<List<T>, Mono<Void>> store,
      @Nullable BiConsumer<T, Throwable> whenRefused) {
    this.name = name;
    this.waiting = new LinkedBlockingDeque<>(capacity);
    this.batchSize = batchSize;
    this.store = store;
    this.whenRefused = whenRefused == null ? this::drop : whenRefused;
  }

  void add(T row) {
    while (!waiting.offerLast(row)) {
      if (waiting.pollFirst() != null && dropped.getAndIncrement() % batchSize == 0) {
        log.error("{} rows are lost: the database has been away for too long", name);
      }
    }
  }

  long dropped() {
    return dropped.get();
  }

  int size() {
    return waiting.size();
  }

  /**
   * Stores what waits, batch by batch; completes when that is stored, has taken some seconds, or a
   * batch failed. What comes meanwhile, always under load, may have to wait for the next time.
   */
  Mono<Void> flush() {
    return Mono.defer(() -> Steps.take(1 + waiting.size() / batchSize, this::storeNext));
  }

  private Mono<Boolean> storeNext() {
    List<T> batch = new ArrayList<>();
    waiting.drainTo(batch, batchSize);
    return batch.isEmpty() ? Mono.just(false) : store(batch);
  }

  private Mono<Boolean> store(List<T> batch) {
    AtomicBoolean over = new AtomicBoolean();
    return Mono.defer(() -> store.apply(batch))
        .timeout(STORE_TIMEOUT)
        .thenReturn(true)
        .doOnNext(stored -> failing = false)
        .doOnTerminate(() -> over.set(true))
        .doOnCancel(() -> putBackUnless(over, batch))
        .onErrorResume(failure -> {
          R2dbcException refusal = refusalIn(failure);
          return refusal == null ? keep(batch, failure) : storeHalves(batch, refusal);
        });
  }

  /** Whoever waits for more after it may be cancelled too. */
  private void putBackUnless(AtomicBoolean over, List<T> batch) {
    if (!over.getAndSet(true)) {
      var _ = putBack(batch);
    }
  }

  /**
   * Of SQLSTATE classes 22 and 23: no later try will store this batch as it is. Spring hands it on
   * as the cause of an exception of its own.
   */
  private static @Nullable R2dbcException refusalIn(Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof R2dbcException)) {
      cause = cause.getCause();
    }
    return cause instanceof R2dbcException refusal && isRefusal(refusal.getSqlState())
        ? refusal
        : null;
  }

  private static boolean isRefusal(@Nullable String state) {
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }

  private void drop(T row, Throwable failure) {
    dropped.incrementAndGet();
    log.error("{} row is lost: the database refuses it: {}", name, failure.toString());
  }

  /** One row that the database refuses must not hold up all others for ever. */
  private Mono<Boolean> storeHalves(List<T> batch, Throwable failure) {
    if (batch.size() == 1) {
      whenRefused.accept(batch.getFirst(), failure);
      return Mono.just(true);
    }
    int half = batch.size() / 2;
    List<T> second = batch.subList(half, batch.size());
    AtomicBoolean firstIsOver = new AtomicBoolean();
    return store(batch.subList(0, half))
        .doOnTerminate(() -> firstIsOver.set(true))
        .doOnCancel(() -> putBackUnless(firstIsOver, second))
        .flatMap(stored -> stored ? store(second) : Mono.fromSupplier(() -> putBack(second)));
  }

  private Mono<Boolean> keep(List<T> batch, Throwable failure) {
    if (!failing) {
      failing = true;
      log.warn("{} rows cannot be stored and will be tried again: {}", name, failure.toString());
    }
    return Mono.just(putBack(batch));
  }

  /** Gives false: the batch is not stored. */
  private boolean putBack(List<T> batch) {
    for (int i = batch.size() - 1; i >= 0; i--) {
      if (!waiting.offerFirst(batch.get(i))) {
        dropped.incrementAndGet();
      }
    }
    return false;
  }
}
