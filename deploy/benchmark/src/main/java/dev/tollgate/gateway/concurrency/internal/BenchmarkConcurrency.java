package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.concurrency.ConcurrencyProperties;
import dev.tollgate.gateway.redis.WhenAway;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import reactor.core.scheduler.Schedulers;

/** Requests at once as a gateway without Redis counts them. */
public final class BenchmarkConcurrency {

  private static final ConcurrencyProperties DEFAULTS =
      new ConcurrencyProperties(
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          10_000,
          Duration.ofSeconds(30),
          WhenAway.LOCAL_SHARE);

  private BenchmarkConcurrency() {}

  /** One that holds nothing. */
  public static Limiter create() {
    return new Concurrency(DEFAULTS, Schedulers.parallel(), new SimpleMeterRegistry()).alone();
  }
}
