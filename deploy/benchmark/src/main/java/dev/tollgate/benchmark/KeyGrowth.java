package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.KeyRing;
import dev.tollgate.benchmark.load.Load;
import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.subject.ManyKeys;
import dev.tollgate.benchmark.subject.Subject;
import dev.tollgate.benchmark.subject.Tollgate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One key to a million, each with a policy and a limit of its own. Up to {@link #IN_USE} of them
 * are asked with, which is within the bound of what the gateway holds; in the end all of them are,
 * which is far beyond it.
 */
record KeyGrowth(Plan plan, LoadGenerator generator, Window window) {

  private static final Logger LOG = LoggerFactory.getLogger(KeyGrowth.class);

  private static final int[] EXISTING = {1, 1_000, 100_000, 1_000_000};
  private static final int MOST = 1_000_000;
  private static final int IN_USE = 100_000;

  /** What {@code tollgate.snapshots.maximum-keys} is by default. */
  private static final int HELD = 200_000;

  private static final Duration LONGEST_FILLING = Duration.ofMinutes(6);

  private static final Map<String, Object> POLICY =
      Map.of(
          "permissions", Map.of("models", Map.of("allowed", List.of("gpt-*"))),
          "rate_limits", Map.of("requests", Map.of("per_minute", 1_000_000)));

  /** Measures what a load costs from now on. */
  @FunctionalInterface
  interface Window {
    void measure(String label, Subject subject, Load load);
  }

  void run(Tollgate tollgate) {
    ManyKeys keys = tollgate.manyKeys(POLICY, MOST);
    for (int existing : EXISTING) {
      LOG.info("making {} keys", existing);
      keys.grow(existing);
      int used = Math.min(existing, IN_USE);
      fill(tollgate, keys.ring(used, true), used);
      for (int round = 0; round < plan.rounds(); round++) {
        measure(tollgate, keys.ring(used, false), existing);
      }
    }
    for (int round = 0; round < plan.rounds(); round++) {
      measure(tollgate, keys.ring(1, false), MOST);
      measure(tollgate, keys.ring(1_000, false), MOST);
    }
    fill(tollgate, keys.ring(MOST, false), HELD);
    for (int round = 0; round < plan.rounds(); round++) {
      measure(tollgate, keys.ring(MOST, false), MOST);
    }
  }

  /** Until so many were answered, or it takes too long. */
  private void fill(Tollgate tollgate, KeyRing ring, int answers) {
    TimeLeft time = new TimeLeft();
    try (Load load = load(tollgate, ring)) {
      while (load.count() < answers && time.allows(plan.ramp(), LONGEST_FILLING)) {
        Pause.of(plan.ramp());
      }
      LOG.info("{} answers with {} keys", load.count(), ring.used());
    }
  }

  private void measure(Tollgate tollgate, KeyRing ring, int existing) {
    try (Load load = load(tollgate, ring)) {
      Pause.of(plan.ramp());
      String label = String.format(Locale.ROOT, "%,d of %,d keys in use", ring.used(), existing);
      window.measure(label, tollgate, load);
    }
  }

  private Load load(Tollgate tollgate, KeyRing ring) {
    return generator.saturation(tollgate.target(), ring, plan.connections(), Plan.BODY_BYTES);
  }
}
