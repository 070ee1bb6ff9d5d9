package dev.tollgate.gateway.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SharedClockTest {

  private static final Instant TOLD = Instant.parse("2026-11-21T12:59:00Z");

  private long nanos = Long.MAX_VALUE;
  private Instant own = Instant.parse("2026-11-21T13:04:00Z");
  private final SharedClock clock = new SharedClock(() -> own, () -> nanos);

  private void pass(Duration time) {
    own = own.plus(time);
    nanos += time.toNanos();
  }

  private void tell(Instant time, Duration took) {
    long asked = clock.ask();
    pass(took);
    clock.tell(time, asked);
  }

  @Test
  void isTheOwnUntilTheDatabaseHasTold() {
    assertThat(clock.isTold()).isFalse();
    assertThat(clock.now()).isEqualTo(own);
  }

  @Test
  void goesOnFromWhatTheDatabaseHasToldWhateverTheOwnIsSetTo() {
    tell(TOLD, Duration.ofMillis(3));
    assertThat(clock.isTold()).isTrue();
    pass(Duration.ofSeconds(20));
    own = own.minus(Duration.ofDays(1));
    assertThat(clock.now()).isEqualTo(TOLD.plusSeconds(20));
  }

  @Test
  void aLateAnswerTellsNothingAgainstAnEarlierOne() {
    tell(TOLD, Duration.ofMillis(3));
    pass(Duration.ofSeconds(10));
    Instant known = clock.now();
    tell(known, Duration.ofMillis(900));
    assertThat(clock.now()).isEqualTo(known.plusMillis(900));
    tell(known.plusMillis(900), Duration.ofMillis(900));
    assertThat(clock.now()).isEqualTo(known.plusMillis(1800));
  }

  @Test
  void followsTheDatabaseWhereItIsSetForwardOrBack() {
    tell(TOLD, Duration.ofMillis(3));
    tell(TOLD.plusSeconds(60), Duration.ofMillis(3));
    assertThat(clock.now()).isEqualTo(TOLD.plusSeconds(60));
    tell(TOLD.minusSeconds(60), Duration.ofMillis(3));
    assertThat(clock.now()).isEqualTo(TOLD.minusSeconds(60).plusMillis(3));
  }
}
