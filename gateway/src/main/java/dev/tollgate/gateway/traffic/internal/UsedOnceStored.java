package dev.tollgate.gateway.traffic.internal;

import dev.tollgate.gateway.traffic.CounterKey;
import dev.tollgate.gateway.traffic.UsedBefore;
import dev.tollgate.gateway.usage.AfterStoring;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Says nothing of what was used before until it has in it what an earlier process has left in the
 * journal: a count that began without these requests would never hear of them. Whoever cannot wait
 * begins at nothing, and is put right later.
 */
final class UsedOnceStored implements UsedBefore, AfterStoring {

  /** Of a long journal: to forget a part of the day is better than to forget all of it so long. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final UsedBefore database;
  private final LongSupplier nanoClock;
  private final long startedAt;
  private final Sinks.Empty<Void> whenStored = Sinks.empty();
  private volatile boolean isStored;

  UsedOnceStored(UsedBefore database, LongSupplier nanoClock) {
    this.database = database;
    this.nanoClock = nanoClock;
    this.startedAt = nanoClock.getAsLong();
  }

  @Override
  public Mono<Used> used(CounterKey key, Instant at) {
    return Mono.defer(() ->
        isStored || isLate()
            ? database.used(key, at)
            : whenStored.asMono().then(Mono.defer(() -> database.used(key, at))));
  }

  private boolean isLate() {
    return nanoClock.getAsLong() - startedAt > LONGEST.toNanos();
  }

  @Override
  public Mono<Void> betweenBatches() {
    return Mono.fromRunnable(() -> {
      isStored = true;
      whenStored.tryEmitEmpty();
    });
  }

  @Override
  public Mono<Void> atTheEnd() {
    return Mono.empty();
  }
}
