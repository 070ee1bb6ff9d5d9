package dev.tollgate.gateway.usage.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.usage.AfterStoring;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;

@ExtendWith(OutputCaptureExtension.class)
class UpkeepTest {

  private static final String FAILS = "First fails between batches of usage rows";

  private final First first = new First();
  private final Second second = new Second();
  private final Upkeep upkeep = new Upkeep(() -> Stream.of(first, second));

  private static final class First implements AfterStoring {
    private @Nullable RuntimeException failure;
    private @Nullable RuntimeException mistake;

    @Override
    public Mono<Void> betweenBatches() {
      if (mistake != null) {
        throw mistake;
      }
      return failure == null ? Mono.empty() : Mono.error(failure);
    }

    @Override
    public Mono<Void> atTheEnd() {
      return betweenBatches();
    }
  }

  private static final class Second implements AfterStoring {
    private final AtomicInteger done = new AtomicInteger();

    @Override
    public Mono<Void> betweenBatches() {
      return Mono.fromRunnable(done::incrementAndGet);
    }

    @Override
    public Mono<Void> atTheEnd() {
      return betweenBatches();
    }
  }

  @Test
  void saysOnceWhatFailsAndOnceThatItWorksAgain(CapturedOutput log) {
    first.failure = new IllegalStateException("permission denied for function take_over");
    upkeep.betweenBatches().block();
    upkeep.betweenBatches().block();
    assertThat(log).containsOnlyOnce(FAILS).contains("permission denied for function take_over");

    first.failure = null;
    upkeep.betweenBatches().block();
    upkeep.betweenBatches().block();
    assertThat(log).containsOnlyOnce("First works again");

    first.failure = new IllegalStateException("again");
    upkeep.atTheEnd().block();
    assertThat(log).contains("IllegalStateException: again");
  }

  @Test
  void keepsNobodyFromTheirTurn() {
    first.failure = new IllegalStateException("away");
    upkeep.betweenBatches().block();
    first.mistake = new IllegalStateException("at once");
    upkeep.betweenBatches().block();
    upkeep.atTheEnd().block();

    assertThat(second.done).hasValue(3);
  }
}
