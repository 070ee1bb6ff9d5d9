package dev.tollgate.benchmark.upstream;

import java.time.Duration;

/**
 * How streamed answers are written from now on.
 *
 * @param events before the usage event and {@code [DONE]}
 * @param apart from one event to the next
 */
public record StreamPlan(int events, Duration apart) {

  /** One event at once, and then nothing for as long as anybody looks. */
  public static final StreamPlan IDLE = new StreamPlan(2, Duration.ofHours(1));
}
