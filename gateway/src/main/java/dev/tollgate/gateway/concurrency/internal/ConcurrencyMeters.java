package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.error.Rejection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** What operators see of requests at once. */
final class ConcurrencyMeters {

  private final MeterRegistry registry;
  private final Timer waits;
  private final Counter expired;

  ConcurrencyMeters(MeterRegistry registry) {
    this.registry = registry;
    this.waits =
        Timer.builder("tollgate.concurrency.waits")
            .description("How long requests waited that then went on their way")
            .register(registry);
    this.expired =
        Counter.builder("tollgate.concurrency.expired")
            .description("Permits that were not given back, but ended with their lease")
            .register(registry);
  }

  void refused(Rejection refusal) {
    Counter.builder("tollgate.concurrency.refused")
        .description("Requests that got no permit")
        .tag("code", refusal.code().code())
        .register(registry)
        .increment();
  }

  void waited(Duration time) {
    waits.record(time);
  }

  void expired(long permits) {
    expired.increment((double) permits);
  }

  /** Shows a number under {@code tollgate.concurrency.} and this name. */
  <T> void show(String name, T owner, ToDoubleFunction<T> number) {
    var _ = registry.gauge("tollgate.concurrency." + name, owner, number);
  }
}
