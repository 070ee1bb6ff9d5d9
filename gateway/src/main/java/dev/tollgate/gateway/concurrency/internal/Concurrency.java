package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.concurrency.ConcurrencyProperties;
import dev.tollgate.gateway.redis.RedisLink;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.UUID;
import java.util.function.LongUnaryOperator;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** Puts a limiter together, of this gateway alone or of several. */
final class Concurrency {

  private static final long POLL_MILLIS = 20;

  private final ConcurrencyProperties properties;
  private final Scheduler scheduler;
  private final ConcurrencyMeters meters;
  private final HeldClaims held = new HeldClaims();

  Concurrency(ConcurrencyProperties properties, Scheduler scheduler, MeterRegistry registry) {
    this.properties = properties;
    this.scheduler = scheduler;
    this.meters = new ConcurrencyMeters(registry);
    meters.show("held", held, HeldClaims::size);
  }

  ConcurrencyLimiter alone() {
    return limiter(new MemoryPermits(held), 0, Disposables.disposed());
  }

  /**
   * @param share how much of a limit this gateway may use by itself
   */
  ConcurrencyLimiter shared(RedisLink redis, LongUnaryOperator share) {
    Pace pace = Pace.of(properties.lease());
    PermitScripts scripts = new PermitScripts(redis, pace);
    LeaseKeeper keeper = new LeaseKeeper(scripts, held, pace);
    meters.show("away", keeper, LeaseKeeper::away);
    return limiter(
        new RedisPermits(scripts, keeper, held, meters, properties.whenAway(), share),
        POLL_MILLIS,
        keeper.start(scheduler));
  }

  private ConcurrencyLimiter limiter(PermitStore store, long pollMillis, Disposable timer) {
    Line line = new Line(store, meters, scheduler, properties.maxWaiting(), pollMillis);
    meters.show("waiting", line, Line::size);
    String gateway = UUID.randomUUID().toString().substring(0, 8) + ':';
    return new ConcurrencyLimiter(line, meters, properties, gateway, timer);
  }
}
