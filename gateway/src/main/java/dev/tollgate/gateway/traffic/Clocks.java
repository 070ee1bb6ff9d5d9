package dev.tollgate.gateway.traffic;

import io.github.bucket4j.TimeMeter;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time by which buckets fill, which nobody sets, and the time of day by which windows begin.
 *
 * @param epochMillis since 1970
 */
public record Clocks(TimeMeter time, LongSupplier epochMillis) {

  public static Clocks of(InstantSource clock) {
    return new Clocks(TimeMeter.SYSTEM_NANOTIME, clock::millis);
  }

  /** What both say. */
  record Now(long nanos, long epochMillis) {}

  Now now() {
    return new Now(nanos(), epochMillis.getAsLong());
  }

  long nanos() {
    return time.currentTimeNanos();
  }
}
