package dev.tollgate.gateway.usage.internal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.rounds.Rounds;
import dev.tollgate.gateway.usage.AccessEvent;
import dev.tollgate.gateway.usage.AccessSink;
import dev.tollgate.gateway.usage.AfterStoring;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxSink;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageProperties;
import dev.tollgate.gateway.usage.UsageSink;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores usage rows, access rows and word for the administrators, batch by batch, until the last
 * one is out.
 */
final class UsageWriter implements UsageSink, AccessSink, InboxSink, SmartLifecycle {

  private static final Duration LAST_FLUSH = Duration.ofSeconds(5);
  private static final Duration SAME_WORD = Duration.ofMinutes(1);

  private static final int INBOX_CAPACITY = 10_000;
  private static final int REMEMBERED_WORDS = 100_000;

  private final Duration flushEvery;
  private final JournaledUsage usage;
  private final Upkeep upkeep;
  private final BatchQueue<AccessEvent> access;
  private final BatchQueue<InboxEvent> inbox;
  private final Cache<Object, Boolean> told =
      Caffeine.newBuilder()
          .maximumSize(REMEMBERED_WORDS)
          .expireAfterWrite(SAME_WORD)
          .executor(Runnable::run) // cheaper than to wake a pool's thread every few reads
          .build();
  private @Nullable Disposable flushing;

  UsageWriter(
      DatabaseClient database,
      Journal journal,
      RefusedRows refused,
      UsageProperties properties,
      ObjectProvider<AfterStoring> afterStoring,
      MeterRegistry meters) {
    UsageStatements statements = new UsageStatements(database);
    this.flushEvery = properties.flushEvery();
    this.upkeep = new Upkeep(afterStoring::stream);
    this.usage =
        new JournaledUsage(
            journal,
            properties.batchSize(),
            rows -> statements.storeUsage(journal.replica(), rows),
            refused);
    this.access =
        new BatchQueue<>(
            "Access",
            properties.maxQueuedAccess(),
            properties.batchSize(),
            statements::insertAccess);
    this.inbox =
        new BatchQueue<>("Inbox", INBOX_CAPACITY, properties.batchSize(), statements::insertInbox);
    meters.gauge("tollgate.usage.queued", usage, JournaledUsage::size);
    meters.gauge("tollgate.usage.refused", refused, RefusedRows::kept);
    meters.gauge("tollgate.access.queued", access, BatchQueue::size);
    meters.gauge("tollgate.access.dropped", access, BatchQueue::dropped);
  }

  @Override
  public Entry admit(UsageEvent unlessSettled) {
    return usage.admit(unlessSettled);
  }

  @Override
  public void access(AccessEvent event) {
    access.add(event);
  }

  @Override
  public void tell(InboxEvent event) {
    Object word = event.word();
    if (word == null || isNew(word)) {
      inbox.add(event);
    }
  }

  @Override
  public void tell(InboxEvent.Use use) {
    if (isNew(use)) {
      inbox.add(use.event());
    }
  }

  private boolean isNew(Object word) {
    return told.asMap().putIfAbsent(word, Boolean.TRUE) == null;
  }

  @Override
  public void start() {
    usage.readLeft();
    flushing =
        Rounds.start(
            "The storing of usage rows", Flux.interval(Duration.ZERO, flushEvery), this::flush);
  }

  /** What fails of it keeps nothing from being done that comes after it. */
  private Mono<Void> flush() {
    return Flux.concatDelayError(
            usage.flush(), onceLeftIsStored(upkeep.betweenBatches()), access.flush(), inbox.flush())
        .then();
  }

  private Mono<Void> onceLeftIsStored(Mono<Void> work) {
    return Mono.defer(() -> usage.hasStoredLeft() ? work : Mono.empty());
  }

  private Mono<Void> atTheEnd() {
    return Mono.defer(() -> usage.isEmpty() ? upkeep.atTheEnd() : Mono.empty());
  }

  @Override
  public void stop() {
    Disposable current = flushing;
    if (current != null) {
      current.dispose();
      flushing = null;
      flush().then(onceLeftIsStored(atTheEnd())).block(LAST_FLUSH);
    }
  }

  @Override
  public boolean isRunning() {
    return flushing != null;
  }

  /** Stopped after the web server has let its last request go, before the database goes. */
  @Override
  public int getPhase() {
    return Integer.MIN_VALUE + 1000;
  }
}
