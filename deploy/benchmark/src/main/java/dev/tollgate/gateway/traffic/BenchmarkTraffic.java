package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import reactor.core.publisher.Mono;

/** Limits of requests and tokens as a gateway without Redis counts them. */
public final class BenchmarkTraffic {

  private static final int SUBJECTS = 1_000;

  private BenchmarkTraffic() {}

  /** One that has counted nothing. */
  public static Limiter create() {
    return new TrafficLimiter(
        new MemoryTraffic(
            new Seeds(
                (key, at) -> Mono.just(new Used(0, 0, 0)),
                System::nanoTime,
                new SimpleMeterRegistry()),
            Clocks.of(InstantSource.system()),
            null,
            SUBJECTS));
  }
}
