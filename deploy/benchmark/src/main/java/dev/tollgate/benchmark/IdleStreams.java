package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.Load;
import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.process.Descriptors;
import dev.tollgate.benchmark.process.JavaProcess;
import dev.tollgate.benchmark.process.Ledger;
import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.Metric;
import dev.tollgate.benchmark.subject.Subject;
import dev.tollgate.benchmark.upstream.Provider;
import dev.tollgate.benchmark.upstream.StreamPlan;
import java.time.Duration;

/** What many open streams cost in memory on which nothing comes. */
record IdleStreams(Provider provider, LoadGenerator generator, Figures figures) {

  private static final Duration LONGEST_OPENING = Duration.ofMinutes(2);
  private static final double KIB_PER_MIB = 1024;
  private static final Duration STEP = Duration.ofMillis(200);

  /**
   * Opens as many as are wanted, or as many as the descriptors of one process allow; what all of
   * those that are wanted would take is then told from what each of them takes.
   */
  void measure(Subject subject, int wanted) {
    if (subject.gateway().isEmpty()) {
      return;
    }
    ProcessHandle process = subject.gateway().getFirst();
    int count = Math.min(wanted, Descriptors.streams(process));
    provider.stream(StreamPlan.IDLE);
    double before = residentMib(subject);
    try (Load load = generator.streams(subject.target(), count, Plan.BODY_BYTES)) {
      awaitFirstEvents(load, count);
      double with = residentMib(subject);
      double each = (with - before) / count;
      figures.add(Metric.IDLE_STREAMS, subject.name(), count);
      figures.add(Metric.STREAM_MEMORY, subject.name(), each * KIB_PER_MIB);
      figures.add(Metric.RESIDENT_MEMORY, subject.name(), with);
      if (wanted == Plan.MOST_IDLE_STREAMS) {
        figures.add(Metric.RESIDENT_MEMORY_OF_ALL, subject.name(), with + each * (wanted - count));
      }
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
