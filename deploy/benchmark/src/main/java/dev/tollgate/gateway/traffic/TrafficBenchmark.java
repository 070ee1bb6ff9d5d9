package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.PolicyDocuments;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Mono;

/**
 * One request through every limit of requests and tokens there is, set at all four levels: 36 of
 * them, in memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TrafficBenchmark {

  private static final String EVERY_LIMIT =
      """
      {"rate_limits": {
         "requests": {"per_second": 100000000, "burst_size": 200000000, "per_minute": 1000000000,
                      "per_hour": 100000000000, "per_day": 1000000000000},
         "tokens": {"input_per_minute": 10000000000, "output_per_minute": 10000000000,
                    "total_per_day": 100000000000000}},
       "permissions": {"models": {"limits": {"gpt-4o": {"max_requests_per_day": 1000000000000}}}}}
      """;

  private final TrafficLimiter limiter =
      new TrafficLimiter(
          new MemoryTraffic(
              new Seeds(
                  (key, at) -> Mono.just(new Used(0, 0, 0)),
                  System::nanoTime,
                  new SimpleMeterRegistry()),
              Clocks.of(InstantSource.system()),
              null,
              1000));
  private final List<LimitRules> rules =
      List.of(
          rules(Subject.organization("org_1")),
          rules(Subject.project("prj_1")),
          rules(Subject.team("team_1")),
          rules(Subject.key("key_1")));
  private final Demand demand =
      new Demand("req_1", "org_1", rules, "gpt-4o", Instant.now(), false, 1000, 500, 0, null);

  private static LimitRules rules(Subject subject) {
    return PolicyDocuments.compile(subject, EVERY_LIMIT).limits();
  }

  @Benchmark
  public Permit admission() {
    return Objects.requireNonNull(limiter.admit(demand).block());
  }

  /** Off the request's way to the provider. */
  @Benchmark
  public Permit admissionAndSettlement() {
    Permit permit = admission();
    permit.settle(new Spent(1000, 120, 0));
    return permit;
  }
}
