package dev.tollgate.gateway.traffic;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What Redis' clock says, as its last answer tells: microseconds since {@link #EPOCH}. */
final class RedisClock {

  /** As the scripts have it. */
  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  private final LongSupplier nanoClock;
  private final long patienceMicros;
  private volatile @Nullable Told told;

  private record Told(long micros, long nanos) {}

  /**
   * @param timeout after which an answer is waited for no more
   */
  RedisClock(LongSupplier nanoClock, Duration timeout) {
    this.nanoClock = nanoClock;
    // By what the last answer told, which was late itself, it is not later than it seems.
    this.patienceMicros = timeout.toNanos() / 1000;
  }

  void tells(long micros) {
    told = new Told(micros, nanoClock.getAsLong());
  }

  /** Until when an answer to a question put now is of use; 0 where that is not known. */
  long latest() {
    Told last = told;
    return last == null
        ? 0
        : last.micros() + (nanoClock.getAsLong() - last.nanos()) / 1000 + patienceMicros;
  }

  static Instant instant(long micros) {
    return EPOCH.plusNanos(Math.multiplyExact(micros, 1000));
  }
}
