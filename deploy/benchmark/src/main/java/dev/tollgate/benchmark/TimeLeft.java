package dev.tollgate.benchmark;

import java.time.Duration;

/** What of a run's time is left: on a slow machine less is measured, and not later. */
final class TimeLeft {

  private final long begunNanos = System.nanoTime();

  /** Whether something that takes so long would be over within {@code span} of the beginning. */
  boolean allows(Duration something, Duration span) {
    return System.nanoTime() - begunNanos + something.toNanos() <= span.toNanos();
  }
}
