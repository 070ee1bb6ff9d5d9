package dev.tollgate.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Quota;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

class MemoryTrafficTest extends TrafficContract {

  private long nanos = 12_345;
  private Instant wallClock = Instant.parse("2026-11-21T12:34:56Z");

  private final TimeMeter time =
      new TimeMeter() {
        @Override
        public long currentTimeNanos() {
          return nanos;
        }

        @Override
        public boolean isWallClockBased() {
          return false;
        }
      };
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Clocks clocks = new Clocks(time, () -> wallClock.toEpochMilli());
  private final MemoryTraffic memory =
      new MemoryTraffic(new Seeds(database(), () -> nanos, meters), clocks, null, 1000);
  private final TrafficLimiter gateway = new TrafficLimiter(memory);

  @Override
  TrafficLimiter gateway() {
    return gateway;
  }

  @Override
  void pass(Duration time) {
    nanos += time.toNanos();
    wallClock = wallClock.plus(time);
  }

  @Override
  long nanos() {
    return nanos;
  }

  @Override
  Instant now() {
    return wallClock;
  }

  /** A day that has just begun, and one that is about to end. */
  @ParameterizedTest
  @CsvSource({"2026-11-22T00:00:01Z,86399", "2026-11-22T23:59:50Z,60"})
  void theLongestWaitCountsWhateverTheTimeOfDay(Instant at, long seconds) {
    wallClock = at;
    LimitRules both = requests("{\"per_minute\": 1, \"per_day\": 1}");
    var _ = admitted(demand(1, 1, both));
    assertThat(refused(demand(1, 1, both)).retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void aDatabaseThatIsAwayHoldsNobodyUpAndIsAskedAgain() {
    LimitRules three = requests("{\"per_day\": 3}");
    usedBefore.put(new CounterKey(key(), null), new Used(2, 2, 0));
    databaseAway = true;
    assertThat(admitted(demand(1, 1, three)).quotas().getFirst().remaining()).isEqualTo(2);
    assertThat(meters.counter("tollgate.traffic.unseeded").count()).isEqualTo(1);

    databaseAway = false;
    pass(Duration.ofSeconds(6));
    // This one sees to it that the next ones know.
    assertThat(admitted(demand(1, 1, three)).quotas().getFirst().remaining()).isZero();
    var _ = refused(demand(1, 1, three));
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsWaitedForOnce() {
    AtomicInteger asked = new AtomicInteger();
    UsedBefore frozen =
        (key, at) -> Mono.<Used>never().doOnSubscribe(subscription -> asked.incrementAndGet());
    MemoryTraffic traffic =
        new MemoryTraffic(new Seeds(frozen, () -> nanos, meters), clocks, null, 1000);
    TrafficLimiter limiter = new TrafficLimiter(traffic);
    LimitRules three = requests("{\"per_day\": 3, \"per_hour\": 3}");
    assertThat(limiter.admit(demand(1, 1, three)).block(Duration.ofSeconds(2))).isNotNull();
    assertThat(limiter.admit(demand(1, 1, three)).block(Duration.ofMillis(200))).isNotNull();
    assertThat(asked).hasValue(1);
  }

  @Test
  void aClockSetBackBringsNoWindowBack() {
    LimitRules one = requests("{\"per_hour\": 1}");
    wallClock = Instant.parse("2026-11-21T13:00:00.100Z");
    var _ = admitted(demand(1, 1, one));
    wallClock = wallClock.minusMillis(200);
    var _ = refused(demand(1, 1, one));
    wallClock = wallClock.plusMillis(200);
    var _ = refused(demand(1, 1, one));
  }

  @Test
  void whatIsFullAgainIsForgotten() {
    var _ = admitted(demand(1, 1, requests("{\"per_minute\": 5}")));
    var _ = admitted(demand(1, 1, requests("{\"per_minute\": 5}")));
    assertThat(memory.size()).isEqualTo(1);
    pass(Duration.ofMinutes(3));
    memory.forgetWhatIsBack();
    assertThat(memory.size()).isZero();
  }

  @Test
  void whatIsInUseAllTheTimeIsNotForgotten() {
    LimitRules many = requests("{\"per_minute\": 100000}");
    for (int i = 0; i < 3000; i++) {
      var _ = admitted(demand(1, 1, many));
      pass(Duration.ofMillis(60));
    }
    memory.forgetWhatIsBack();
    assertThat(memory.size()).isEqualTo(1);
  }

  @Test
  void whatWasUsedOnceIsForgottenToo() {
    admitted(demand(1, 1, requests("{\"per_minute\": 5}"))).settle(new Spent(1, 1, 0));
    pass(Duration.ofMinutes(3));
    memory.forgetWhatIsBack();
    assertThat(memory.size()).isZero();
  }

  @Test
  void theEndOfALongAnswerCountsWhereItsCountWasForgottenMeanwhile() {
    LimitRules ten = rules(key(), "{\"tokens\": {\"output_per_minute\": 10}}");
    Permit permit = admitted(demand(0, 1, ten));
    pass(Duration.ofMinutes(3));
    memory.forgetWhatIsBack();
    var _ = admitted(demand(0, 1, ten));
    permit.settle(new Spent(0, 5, 0));
    assertThat(admitted(demand(0, 1, ten)).quotas().getFirst().remaining()).isEqualTo(4);
  }

  @Test
  void tellsOfTheTightestOfEachKind() {
    LimitRules own = requests("{\"per_minute\": 5, \"per_day\": 9}");
    LimitRules wider =
        rules(
            Subject.project("prj_of_" + key().id()),
            "{\"requests\": {\"per_day\": 7, \"per_minute\": 8, \"per_hour\": 6}}");
    Permit permit = admitted(demand(1, 1, own, wider));
    assertThat(permit.quotas()).extracting(Quota::limit).containsExactly(5L, 7L, 6L);
    permit.release();
    assertThat(permit.quotas()).extracting(Quota::remaining).containsExactly(5L, 7L, 6L);
  }

  @Test
  void aShareOfALimitIsOfWhatIsLeft() {
    usedBefore.put(new CounterKey(key(), null), new Used(0, 4, 0));
    MemoryTraffic half =
        new MemoryTraffic(
            new Seeds(database(), () -> nanos, meters), clocks, limit -> limit / 2, 1000);
    TrafficLimiter limiter = new TrafficLimiter(half);
    LimitRules ten = requests("{\"per_day\": 10, \"per_minute\": 20}");
    for (int i = 0; i < 3; i++) {
      assertThat(limiter.admit(demand(1, 1, ten)).block(PATIENCE)).isNotNull();
    }
    assertThat(failure(limiter.admit(demand(1, 1, ten)))).hasMessage("rate_limit_exceeded");
  }

  @Test
  void wantedOutputIsHeldToWhatIsLeftOfAShare() {
    MemoryTraffic half =
        new MemoryTraffic(
            new Seeds(database(), () -> nanos, meters), clocks, limit -> limit / 2, 1000);
    TrafficLimiter limiter = new TrafficLimiter(half);
    LimitRules day = rules(key(), "{\"tokens\": {\"total_per_day\": 1000}}");
    Permit first = limiter.admit(demand(100, 5000, day)).block(PATIENCE);
    assertThat(first).isNotNull();
    assertThat(failure(limiter.admit(demand(1, 5000, day)))).hasMessage("rate_limit_exceeded");
    first.settle(new Spent(100, 100, 0));
    assertThat(limiter.admit(demand(100, 5000, day)).block(PATIENCE)).isNotNull();
    assertThat(failure(limiter.admit(demand(1, 0, day)))).hasMessage("rate_limit_exceeded");
  }
}
