package dev.tollgate.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class SeedsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final CounterKey KEY = new CounterKey(Subject.key("key_1"), null);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void whoAsksInTheNextHourIsNotAnsweredWithTheOneBefore() {
    List<Instant> asked = new ArrayList<>();
    Sinks.One<Used> answer = Sinks.one();
    Seeds seeds =
        new Seeds(
            (key, at) -> {
              asked.add(at);
              return asked.size() == 1 ? answer.asMono() : Mono.just(new Used(1, 8, 0));
            },
            () -> 0,
            meters);
    Instant before = Instant.parse("2026-11-21T11:59:59.900Z");
    Mono<Optional<Used>> first = seeds.of(KEY, before).cache();
    var _ = first.subscribe();
    var _ = seeds.of(KEY, before.plusMillis(50)).subscribe();
    assertThat(seeds.of(KEY, before.plusMillis(150)).block(PATIENCE)).contains(new Used(1, 8, 0));
    answer.tryEmitValue(new Used(7, 7, 0)).orThrow();
    assertThat(first.block(PATIENCE)).contains(new Used(7, 7, 0));
    assertThat(asked).containsExactly(before, before.plusMillis(150));
  }
}
