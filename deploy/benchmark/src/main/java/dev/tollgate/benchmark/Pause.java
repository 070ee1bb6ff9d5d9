package dev.tollgate.benchmark;

import java.time.Duration;

/** Lets a load run for a while. */
final class Pause {

  private Pause() {}

  static void of(Duration length) {
    try {
      Thread.sleep(length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
