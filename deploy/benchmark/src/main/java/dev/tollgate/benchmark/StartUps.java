package dev.tollgate.benchmark;

import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.Metric;
import dev.tollgate.benchmark.subject.BareSpringCloudGateway;
import dev.tollgate.benchmark.subject.Bench;
import dev.tollgate.benchmark.subject.Subject;
import dev.tollgate.benchmark.subject.Tollgate;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How long each takes from its process's start to its first answered request, on all cores.
 * Tollgate has a data directory already, and PostgreSQL's start is part of its own.
 *
 * @param aotCache the launcher's; null where there is none
 */
record StartUps(OpenThings open, Figures figures, @Nullable Path aotCache) {

  /**
   * Measures once.
   *
   * @param key of a Tollgate that has been closed
   */
  void measure(Bench pinned, String key) {
    Bench bench = pinned.unpinned();
    time(Metric.START, BareSpringCloudGateway.NAME, () -> BareSpringCloudGateway.start(bench));
    time(Metric.START, Tollgate.NAME, () -> Tollgate.startAgain(bench, key, List.of(), List.of()));
    if (aotCache != null) {
      time(
          Metric.START_CACHED,
          Tollgate.NAME,
          () -> Tollgate.startAgain(bench, key, cacheOptions(aotCache), List.of()));
    }
  }

  /** With a cache that does not fit, the JVM refuses to start, and nothing wrong is measured. */
  private static List<String> cacheOptions(Path cache) {
    return List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on");
  }

  private void time(Metric metric, String name, Supplier<? extends Subject> start) {
    long begun = System.nanoTime();
    Subject started = open.add(start.get());
    figures.add(metric, name, (System.nanoTime() - begun) / 1e9);
    started.close();
  }
}
