package dev.tollgate.benchmark.load;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Whatever was not answered as it should. A run with any of them measures something else. */
final class Failures {

  private final LongAdder count = new LongAdder();
  private final AtomicReference<@Nullable String> first = new AtomicReference<>();

  void add(String what) {
    count.increment();
    first.compareAndSet(null, what);
  }

  /**
   * Passes when there were none.
   *
   * @throws LoadFailedException otherwise
   */
  void requireNone() {
    long failed = count.sum();
    if (failed > 0) {
      throw new LoadFailedException(failed + " requests failed, the first: " + first.get());
    }
  }
}
