package dev.tollgate.gateway.time.internal;

import dev.tollgate.gateway.rounds.Rounds;
import dev.tollgate.gateway.time.SharedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks the database for its time every ten seconds; every second until it has once answered. */
final class DatabaseTime implements SmartLifecycle {

  private static final Duration TICK = Duration.ofSeconds(1);
  private static final int TICKS = 10;

  /** What is later tells too little. */
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final DatabaseClient database;
  private final SharedClock clock;
  private @Nullable Disposable asking;

  DatabaseTime(DatabaseClient database, SharedClock clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public void start() {
    Flux<Long> ticks =
        Flux.interval(Duration.ZERO, TICK).filter(tick -> tick % TICKS == 0 || !clock.isTold());
    asking = Rounds.start("The reading of the database's clock", ticks, this::ask);
  }

  Mono<Void> ask() {
    return Mono.fromSupplier(clock::ask)
        .flatMap(asked -> time().doOnNext(time -> clock.tell(time, asked)))
        .timeout(TIMEOUT)
        .then();
  }

  private Mono<Instant> time() {
    return database
        .sql("SELECT clock_timestamp() AS time")
        .map(row -> Objects.requireNonNull(row.get("time", Instant.class)))
        .one();
  }

  @Override
  public void stop() {
    Disposable current = asking;
    if (current != null) {
      current.dispose();
      asking = null;
    }
  }

  @Override
  public boolean isRunning() {
    return asking != null;
  }

  /** Before the web server takes requests, which count in the windows of that time. */
  @Override
  public int getPhase() {
    return Integer.MIN_VALUE + 1000;
  }
}
