package dev.tollgate.gateway.traffic;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A question whose answer takes something: it is heard to its end even if nobody waits any more,
 * and what it has taken is given back then.
 */
final class Asking {

  private Asking() {}

  static <T> Mono<T> of(Mono<T> question, Class<T> type, Consumer<T> giveBack) {
    return Mono.<T>create(sink -> ask(question, giveBack, sink)).doOnDiscard(type, giveBack);
  }

  private static <T> void ask(Mono<T> question, Consumer<T> giveBack, MonoSink<T> sink) {
    // Set by whoever comes first: the answer that is handed on, or the end of all interest in it.
    AtomicBoolean decided = new AtomicBoolean();
    sink.onCancel(() -> decided.set(true));
    var _ =
        question.subscribe(
            answer -> {
              if (decided.compareAndSet(false, true)) {
                sink.success(answer);
              } else {
                giveBack.accept(answer);
              }
            },
            failure -> {
              if (decided.compareAndSet(false, true)) {
                sink.error(failure);
              }
            },
            sink::success);
  }
}
