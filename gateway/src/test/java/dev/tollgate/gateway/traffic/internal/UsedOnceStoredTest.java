package dev.tollgate.gateway.traffic.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.traffic.CounterKey;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Begins with an hour and a day of which an earlier process has left a part in its journal. */
class UsedOnceStoredTest {

  private static final CounterKey KEY = new CounterKey(Subject.key("key_1"), null);
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  /** What the database has stored by now. */
  private final AtomicInteger stored = new AtomicInteger(3);

  private final AtomicLong nanos = new AtomicLong(77);
  private final UsedOnceStored used =
      new UsedOnceStored(
          (key, at) -> Mono.fromSupplier(() -> new Used(stored.longValue(), stored.longValue(), 0)),
          nanos::get);
  private final List<Long> heard = new ArrayList<>();

  private void ask() {
    var _ = used.used(KEY, NOON).subscribe(answer -> heard.add(answer.requestsOfDay()));
  }

  @Test
  void waitsForWhatAnEarlierProcessHasLeft() {
    ask();
    ask();
    assertThat(heard).isEmpty();
    stored.set(5);
    used.betweenBatches().block();
    assertThat(heard).containsExactly(5L, 5L);

    ask();
    used.betweenBatches().block();
    assertThat(heard).containsExactly(5L, 5L, 5L);
  }

  @Test
  void doesNotWaitForALongJournalForEver() {
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    ask();
    assertThat(heard).isEmpty();
    nanos.incrementAndGet();
    ask();
    assertThat(heard).containsExactly(3L);
  }

  @Test
  void asksNobodyForThoseWhoNoLongerWait() {
    used.used(KEY, NOON).subscribe(answer -> heard.add(answer.requestsOfDay())).dispose();
    used.betweenBatches().block();
    assertThat(heard).isEmpty();
  }
}
