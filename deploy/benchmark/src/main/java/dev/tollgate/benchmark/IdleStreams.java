package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.Load;
import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.process.JavaProcess;
import dev.tollgate.benchmark.process.Ledger;
import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.Metric;
import dev.tollgate.benchmark.subject.Subject;
import dev.tollgate.benchmark.upstream.StreamPlan;
import dev.tollgate.benchmark.upstream.Upstream;
import java.time.Duration;

/** What many open streams cost in memory on which nothing comes. */
record IdleStreams(Upstream upstream, LoadGenerator generator, Figures figures) {

  private static final Duration LONGEST_OPENING = Duration.ofSeconds(30);
  private static final Duration STEP = Duration.ofMillis(200);

  void measure(Subject subject, int count) {
    if (subject.gateway().isEmpty()) {
      return;
    }
    upstream.stream(StreamPlan.IDLE);
    double before = residentMib(subject);
    try (Load load = generator.streams(subject.target(), count, Plan.BODY_BYTES)) {
      awaitFirstEvents(load, count);
      double with = residentMib(subject);
      figures.add(Metric.STREAM_MEMORY, subject.name(), (with - before) * 1024 / count);
      figures.add(Metric.RESIDENT_MEMORY, subject.name(), with);
    }
  }

  private static void awaitFirstEvents(Load load, int count) {
    long deadline = System.nanoTime() + LONGEST_OPENING.toNanos();
    while (load.count() < count) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            "only %d of %d streams are open".formatted(load.count(), count));
      }
      Pause.of(STEP);
    }
  }

  private static double residentMib(Subject subject) {
    JavaProcess jvm = subject.jvm();
    if (jvm != null) {
      jvm.collectGarbage();
    }
    return Ledger.residentMib(subject.gateway());
  }
}
