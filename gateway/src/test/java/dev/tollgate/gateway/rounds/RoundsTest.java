package dev.tollgate.gateway.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.test.scheduler.VirtualTimeScheduler;

@ExtendWith(OutputCaptureExtension.class)
class RoundsTest {

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final Deque<Supplier<Mono<Void>>> next = new ArrayDeque<>();
  private Rounds rounds;

  @BeforeEach
  void start() {
    rounds =
        Rounds.start(
            "Work",
            Flux.interval(EVERY, time),
            Mono.delay(LONGEST, time),
            () -> {
              begun.incrementAndGet();
              return next.isEmpty() ? Mono.empty() : Objects.requireNonNull(next.poll()).get();
            });
  }

  @AfterEach
  void stop() {
    rounds.dispose();
  }

  private Mono<Void> never() {
    return Mono.<Void>never().doOnCancel(cancelled::incrementAndGet);
  }

  @Test
  void goesOnWhateverARoundEndsWith() {
    next.addAll(
        List.of(
            () -> Mono.error(new IllegalStateException("away")),
            () -> {
              throw new IllegalStateException("at once");
            },
            () -> {
              throw new InternalError("a fault of a mapped file");
            },
            () ->
                Mono.fromRunnable(() -> {
                  throw new InternalError("a fault of a mapped file");
                }),
            Mono::empty));
    for (int i = 1; i <= 6; i++) {
      time.advanceTimeBy(EVERY);
      assertThat(begun).hasValue(i);
    }
  }

  @Test
  void saysOnceThatItFailsAndOnceThatItWorksAgain(CapturedOutput log) {
    for (int i = 0; i < 3; i++) {
      next.add(() -> Mono.error(new IllegalStateException("away")));
    }
    time.advanceTimeBy(EVERY.multipliedBy(6));
    assertThat(begun).hasValue(6);
    assertThat(log).containsOnlyOnce("Work failed").containsOnlyOnce("Work works again");
  }

  @Test
  void neverDoesTwoAtOnceAndGivesUpOneWithoutEnd() {
    next.add(this::never);
    time.advanceTimeBy(EVERY);
    time.advanceTimeBy(LONGEST.minusSeconds(1));
    assertThat(begun).hasValue(1);
    time.advanceTimeBy(EVERY.multipliedBy(2));
    assertThat(begun).hasValueGreaterThan(1);
    assertThat(cancelled).hasValue(1);
  }

  /** Such an error leaves the one who cancels: whatever stands after that is not reached. */
  private static Mono<Void> cannotBeCancelled() {
    return Mono.<Void>never()
        .doOnCancel(() -> {
          throw new StackOverflowError("too deep to be cancelled");
        });
  }

  @Test
  void goesOnAfterOneThatCannotBeCancelled() {
    next.add(RoundsTest::cannotBeCancelled);
    time.advanceTimeBy(EVERY);
    assertThat(begun).hasValue(1);
    time.advanceTimeBy(LONGEST);
    int late = begun.get();
    for (int i = 1; i <= 5; i++) {
      time.advanceTimeBy(EVERY);
      assertThat(begun).hasValue(late + i);
    }
  }

  @Test
  void endsWhereTheLastRoundCannotBeCancelled() {
    next.add(RoundsTest::cannotBeCancelled);
    time.advanceTimeBy(EVERY);
    rounds.dispose();
    time.advanceTimeBy(LONGEST.multipliedBy(2));
    assertThat(begun).hasValue(1);
  }

  /** One that no operator hands on: nobody is told that this round is over. */
  @Test
  void goesOnAfterOneThatAnErrorOnAnotherThreadHasEnded() {
    List<MonoSink<Void>> other = new ArrayList<>();
    next.add(() ->
        Mono.<Void>create(other::add)
            .doOnSuccess(done -> {
              throw new InternalError("a fault of a mapped file");
            }));
    time.advanceTimeBy(EVERY);
    assertThatThrownBy(() -> other.getFirst().success()).isInstanceOf(InternalError.class);
    time.advanceTimeBy(EVERY);
    assertThat(begun).hasValue(1);
    time.advanceTimeBy(LONGEST);
    assertThat(begun).hasValueGreaterThan(1);
  }

  @Test
  void cancelsWhatIsOnItsWayAndBeginsNoMore() {
    next.add(this::never);
    time.advanceTimeBy(EVERY);
    rounds.dispose();
    assertThat(cancelled).hasValue(1);
    time.advanceTimeBy(EVERY.multipliedBy(5));
    assertThat(begun).hasValue(1);
    assertThat(rounds.isDisposed()).isTrue();
  }
}
