package dev.tollgate.gateway.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

class LoopTest {

  private static final long LONGEST = Duration.ofSeconds(10).toNanos();

  private final AtomicLong clock = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final List<MonoSink<Void>> open = new ArrayList<>();
  private Supplier<Mono<Void>> turn = Mono::empty;
  private final Loop loop =
      new Loop(
          "Work",
          () -> waiting.get() > 0,
          () -> {
            waiting.decrementAndGet();
            begun.incrementAndGet();
            return turn.get();
          },
          failures::incrementAndGet,
          clock::get);

  private void ask() {
    waiting.incrementAndGet();
    loop.wake();
  }

  private static Mono<Void> fault() {
    return Mono.fromRunnable(() -> {
      throw new InternalError("a fault of a mapped file");
    });
  }

  @Test
  void doesNothingWhereNothingIsToBeDone() {
    loop.wake();
    assertThat(begun).hasValue(0);
  }

  @Test
  void doesAllThatIsToBeDoneOnAStackThatStaysFlat() {
    waiting.set(100_000);
    loop.wake();
    assertThat(begun).hasValue(100_000);
  }

  @Test
  void neverDoesTwoAtOnceAndAgainWhereItIsAskedMeanwhile() {
    turn = () -> Mono.create(open::add);
    ask();
    ask();
    ask();
    assertThat(begun).hasValue(1);
    open.get(0).success();
    assertThat(begun).hasValue(2);
    open.get(1).success();
    open.get(2).success();
    assertThat(begun).hasValue(3);
    ask();
    assertThat(begun).hasValue(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"failure", "at once", "fault", "fault at once"})
  void goesOnAfterWhateverATurnEndsWith(String end) {
    turn =
        () ->
            switch (end) {
              case "failure" -> Mono.error(new IllegalStateException("away"));
              case "at once" -> throw new IllegalStateException("at once");
              case "fault" -> fault();
              default -> throw new InternalError("a fault of a mapped file");
            };
    ask();
    assertThat(failures).hasValue(1);
    turn = Mono::empty;
    ask();
    assertThat(begun).hasValue(2);
    assertThat(failures).hasValue(1);
  }

  /** One that no operator hands on: nobody is told that this turn is over. */
  @Test
  void goesOnAfterATurnThatAnErrorOnAnotherThreadHasEnded() {
    turn = () -> Mono.<Void>create(open::add).doOnSuccess(done -> fault().block());
    ask();
    assertThatThrownBy(() -> open.getFirst().success()).isInstanceOf(InternalError.class);
    turn = Mono::empty;
    ask();
    assertThat(begun).hasValue(1);
    clock.addAndGet(LONGEST + 1);
    ask();
    assertThat(failures).hasValue(1);
    assertThat(begun).hasValue(3);
  }

  @Test
  void goesOnAfterATurnThatCannotBeCancelled() {
    turn = () -> Mono.<Void>never().doOnCancel(() -> fault().block());
    ask();
    turn = Mono::empty;
    clock.addAndGet(LONGEST + 1);
    ask();
    assertThat(begun).hasValue(2);
  }

  /** The time is that of one turn: under load it may be on its way for ever. */
  @Test
  void givesNobodyUpForManyTurns() {
    turn = () -> Mono.create(open::add);
    for (int i = 0; i < 10; i++) {
      waiting.incrementAndGet();
      loop.wake();
      clock.addAndGet(LONGEST / 2);
      waiting.incrementAndGet();
      open.getLast().success();
    }
    assertThat(failures).hasValue(0);
  }

  @Test
  void leavesNothingUndoneThatSeveralThreadsAskFor() throws Exception {
    int each = 100_000;
    CountDownLatch ready = new CountDownLatch(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Runnable asking =
          () -> {
            ready.countDown();
            while (ready.getCount() > 0) {
              Thread.onSpinWait();
            }
            for (int i = 0; i < each; i++) {
              ask();
            }
          };
      Future<?> one = threads.submit(asking);
      Future<?> other = threads.submit(asking);
      var _ = one.get();
      var _ = other.get();
    }
    assertThat(waiting).hasValue(0);
    assertThat(begun).hasValue(2 * each);
  }
}
