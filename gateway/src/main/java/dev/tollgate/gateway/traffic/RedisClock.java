package dev.tollgate.gateway.traffic;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What Redis' clock says, as its last answer tells: microseconds since {@link #EPOCH}. */
final class RedisClock {

  /** As the scripts have it. */
  private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  private final Clocks clocks;
  private final long patienceMicros;
  private volatile @Nullable Told told;

  private record Told(long micros, long nanos) {}

  /**
   * @param timeout after which an answer is waited for no more
   */
  RedisClock(Clocks clocks, Duration timeout) {
    this.clocks = clocks;
    // By what the last answer told, which was late itself, it is not later than it seems.
    this.patienceMicros = timeout.toNanos() / 1000;
  }

  void tells(long micros) {
    told = new Told(micros, clocks.nanos());
  }

  /** Whether it has ever told. */
  boolean isKnown() {
    return told != null;
  }

  /** Until when an answer to a question put now is of use; 0 where that is not known. */
  long latest() {
    Told last = told;
    return last == null ? 0 : since(last) + patienceMicros;
  }

  /** What it says now; by our own where it has told nothing. */
  long now() {
    Told last = told;
    return last == null
        ? Math.multiplyExact(clocks.epochMillis().getAsLong() - EPOCH.toEpochMilli(), 1000)
        : since(last);
  }

  private long since(Told last) {
    return last.micros() + (clocks.nanos() - last.nanos()) / 1000;
  }

  static Instant instant(long micros) {
    return EPOCH.plusNanos(Math.multiplyExact(micros, 1000));
  }
}
