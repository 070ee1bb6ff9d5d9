package dev.tollgate.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class AskingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int TIMES = 20_000;

  private final AtomicInteger givenBack = new AtomicInteger();

  private <T> Mono<T> asking(Mono<T> question) {
    return Asking.of(question, answer -> givenBack.incrementAndGet());
  }

  @Test
  void handsOnWhatComes() {
    asking(Mono.just(1)).as(StepVerifier::create).expectNext(1).expectComplete().verify(PATIENCE);
    asking(Mono.empty()).as(StepVerifier::create).expectComplete().verify(PATIENCE);
    asking(Mono.error(new IllegalStateException("broken")))
        .as(StepVerifier::create)
        .expectErrorMessage("broken")
        .verify(PATIENCE);
    assertThat(givenBack).hasValue(0);
  }

  @Test
  void givesBackWhatComesWhenNobodyWaitsAnyMore() {
    Sinks.One<Integer> answer = Sinks.one();
    asking(answer.asMono()).subscribe().dispose();
    assertThat(answer.tryEmitValue(1)).isEqualTo(Sinks.EmitResult.OK);
    assertThat(givenBack).hasValue(1);
  }

  @Test
  void givesBackWhatWasNeverFetched() {
    StepVerifier.create(asking(Mono.just(1)), 0).thenCancel().verify(PATIENCE);
    assertThat(givenBack.get()).isPositive();
  }

  /** Who leaves at the very moment of the answer has it, or it goes back. */
  @Test
  void losesNoAnswerToOneWhoIsJustLeaving() throws Exception {
    AtomicInteger handedOn = new AtomicInteger();
    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      for (int i = 1; i <= TIMES; i++) {
        Sinks.One<Integer> answer = Sinks.one();
        // As an admission holds it; a consumer given to subscribe() may drop what it was told of.
        Disposable client =
            asking(answer.asMono()).doOnNext(taken -> handedOn.incrementAndGet()).subscribe();
        Future<?> answered =
            other.submit(() -> {
              together.await();
              return answer.tryEmitValue(1);
            });
        together.await();
        client.dispose();
        answered.get();
        assertThat(handedOn.get() + givenBack.get()).as("after %d", i).isGreaterThanOrEqualTo(i);
      }
    }
  }
}
