package dev.tollgate.gateway.prices.internal;

import dev.tollgate.gateway.prices.AnsweredModels;
import dev.tollgate.gateway.prices.PriceBook;
import dev.tollgate.gateway.prices.Prices;
import dev.tollgate.gateway.snapshot.Snapshots;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitResult;
import reactor.util.retry.Retry;

/**
 * The book as the database has it: read at start and after each change, one reading at a time.
 * While the database is away the last book holds, and another is asked for until there is one.
 */
final class DatabasePrices implements Prices, Snapshots.ChangeListener, SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(DatabasePrices.class);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration AGAIN_AFTER = Duration.ofMillis(300);

  private final Mono<PriceBook> read;
  private final SharedModels models;
  private final Snapshots snapshots;
  private final Sinks.Many<Boolean> changes = Sinks.many().multicast().directBestEffort();
  private volatile PriceBook book = PriceBook.EMPTY;
  private volatile boolean failing;
  private volatile @Nullable Disposable following;

  DatabasePrices(PriceRows rows, SharedModels models, Snapshots snapshots) {
    this.read =
        rows.book()
            .timeout(READ_TIMEOUT)
            .doOnNext(this::hold)
            .delayUntil(_ -> models.hear().timeout(READ_TIMEOUT));
    this.models = models;
    this.snapshots = snapshots;
  }

  @Override
  public PriceBook book() {
    return book;
  }

  @Override
  public AnsweredModels answeredModels() {
    return models.known();
  }

  private void hold(PriceBook current) {
    book = current;
    failing = false;
  }

  @Override
  public void pricesChanged() {
    changes.emitNext(true, (_, result) -> result == EmitResult.FAIL_NON_SERIALIZED);
  }

  @Override
  public void anythingMayHaveChanged() {
    pricesChanged();
  }

  /** What changes during a reading leads to one more after it. */
  private Flux<PriceBook> follow() {
    return changes.asFlux().onBackpressureLatest().concatMap(_ -> readUntilItIsThere(), 0);
  }

  private Mono<PriceBook> readUntilItIsThere() {
    return read.retryWhen(
        Retry.fixedDelay(Long.MAX_VALUE, AGAIN_AFTER)
            .doBeforeRetry(signal -> failed(signal.failure())));
  }

  private void failed(Throwable failure) {
    if (!failing) {
      failing = true;
      log.warn("Prices cannot be read, the last ones hold: {}", failure.toString());
    }
  }

  /** No request is served before the first reading, unless the database is not there. */
  @Override
  public void start() {
    following = Disposables.composite(follow().subscribe(), models.tell());
    snapshots.onChange(this);
    read.onErrorComplete(
            failure -> {
              failed(failure);
              pricesChanged();
              return true;
            })
        .block();
  }

  @Override
  public void stop() {
    Disposable current = following;
    if (current != null) {
      current.dispose();
      following = null;
    }
  }

  @Override
  public boolean isRunning() {
    return following != null;
  }

  /** As the snapshots: there before the first request comes in, and until the last one has gone. */
  @Override
  public int getPhase() {
    return Integer.MIN_VALUE + 1000;
  }
}
