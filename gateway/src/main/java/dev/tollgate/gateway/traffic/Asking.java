package dev.tollgate.gateway.traffic;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A question whose answer takes something: it is heard to its end even if nobody waits any more,
 * and what it has taken is given back then.
 */
final class Asking {

  private Asking() {}

  /**
   * Asks.
   *
   * @param giveBack may be told of the same answer twice
   * @return emits at most one answer, which is its next operator's then, cancelled or not
   */
  static <T> Mono<T> of(Mono<T> question, Consumer<T> giveBack) {
    return Mono.create(sink -> ask(question, giveBack, sink));
  }

  private static <T> void ask(Mono<T> question, Consumer<T> giveBack, MonoSink<T> sink) {
    // What came first: the answer, or nothing, where there is none or nobody waits for it.
    AtomicReference<@Nullable Optional<T>> end = new AtomicReference<>();
    sink.onCancel(() -> {
      Optional<T> before = end.compareAndExchange(null, Optional.empty());
      if (before != null) {
        // It was on its way to somebody who was just leaving.
        before.ifPresent(giveBack);
      }
    });
    var _ =
        question.subscribe(
            answer -> {
              if (end.compareAndSet(null, Optional.of(answer))) {
                sink.success(answer);
              } else {
                giveBack.accept(answer);
              }
            },
            failure -> {
              if (end.compareAndSet(null, Optional.empty())) {
                sink.error(failure);
              }
            },
            sink::success);
  }
}
