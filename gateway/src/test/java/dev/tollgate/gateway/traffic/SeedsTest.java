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
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class SeedsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final CounterKey OTHER = new CounterKey(Subject.key("key_2"), null);
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

  @Test
  void aSlowSubjectBlindsNobodyElse() {
    AtomicInteger asked = new AtomicInteger();
    AtomicLong nanos = new AtomicLong();
    Seeds seeds =
        new Seeds(
            (key, at) -> {
              asked.incrementAndGet();
              return key.equals(KEY)
                  ? Mono.error(new TimeoutException("slow"))
                  : Mono.just(new Used(1, 8, 0));
            },
            nanos::get,
            meters);
    assertThat(seeds.of(KEY, NOON).block(PATIENCE)).isEmpty();
    assertThat(seeds.of(OTHER, NOON).block(PATIENCE)).contains(new Used(1, 8, 0));
    assertThat(seeds.of(KEY, NOON).block(PATIENCE)).isEmpty();
    assertThat(asked).hasValue(2);
    nanos.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(seeds.of(KEY, NOON).block(PATIENCE)).isEmpty();
    assertThat(asked).hasValue(3);
  }

  @Test
  void aDatabaseThatIsAwayIsAskedForNobody() {
    AtomicInteger asked = new AtomicInteger();
    Seeds seeds =
        new Seeds(
            (key, at) -> {
              asked.incrementAndGet();
              return Mono.error(new DataAccessResourceFailureException("no connection"));
            },
            () -> 0,
            meters);
    assertThat(seeds.of(KEY, NOON).block(PATIENCE)).isEmpty();
    assertThat(seeds.of(OTHER, NOON).block(PATIENCE)).isEmpty();
    assertThat(asked).hasValue(1);
  }

  @Test
  void aDatabaseThatAnswersNobodyIsAwayToo() {
    AtomicInteger asked = new AtomicInteger();
    Seeds seeds =
        new Seeds(
            (key, at) -> {
              asked.incrementAndGet();
              return Mono.error(new TimeoutException("frozen"));
            },
            () -> 0,
            meters);
    for (int i = 0; i < 50; i++) {
      CounterKey key = new CounterKey(Subject.key("key_s" + i), null);
      assertThat(seeds.of(key, NOON).block(PATIENCE)).isEmpty();
    }
    assertThat(asked).hasValueLessThan(20);
  }
}
