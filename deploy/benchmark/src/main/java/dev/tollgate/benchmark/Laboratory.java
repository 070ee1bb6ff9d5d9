package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.Load;
import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.process.Cores;
import dev.tollgate.benchmark.process.JavaProcess;
import dev.tollgate.benchmark.process.Ledger;
import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.Metric;
import dev.tollgate.benchmark.subject.Subject;
import dev.tollgate.benchmark.upstream.StreamPlan;
import dev.tollgate.benchmark.upstream.Upstream;
import java.time.Duration;
import java.util.function.BiConsumer;

/** Puts one load on one subject and writes down what it cost. */
final class Laboratory {

  private static final Duration STEP = Duration.ofSeconds(1);

  /** Of a step that a compiler may still be busy for. */
  private static final Duration LITTLE = Duration.ofMillis(100);

  private final Plan plan;
  private final Cores cores;
  private final Upstream upstream;
  private final LoadGenerator generator;
  private final Figures figures;

  Laboratory(Plan plan, Cores cores, Upstream upstream, LoadGenerator generator, Figures figures) {
    this.plan = plan;
    this.cores = cores;
    this.upstream = upstream;
    this.generator = generator;
    this.figures = figures;
  }

  /**
   * Lets a JVM compile what it will need, on all cores, and then gives it its own; returns the
   * answers per second at the end.
   */
  double warmUp(Subject subject) {
    upstream.stream(new StreamPlan(Plan.EVENTS, Plan.EVENTS_APART));
    try (Load _ = generator.streams(subject.target(), plan.streams(), Plan.BODY_BYTES)) {
      warm(subject, plan.warmUp().dividedBy(2));
    }
    try (Load load = generator.saturation(subject.target(), plan.connections(), Plan.BODY_BYTES)) {
      warm(subject, plan.warmUp());
      subject.pin(cores);
      Pause.of(plan.ramp());
      Snapshot before = Snapshot.of(subject, load);
      Pause.of(plan.window().dividedBy(2));
      return Snapshot.of(subject, load).since(before).perSecond();
    }
  }

  /**
   * Until its process has worked for so long and its compiler has little left to do; on a machine
   * that others use that takes longer.
   */
  private void warm(Subject subject, Duration cpu) {
    Duration enough = Ledger.cpu(subject.gateway()).plus(cpu);
    long deadline = System.nanoTime() + plan.longestWarmUp().toNanos();
    Duration compiled;
    do {
      compiled = compilation(subject);
      Pause.of(STEP);
    } while (subject.process() != null
        && System.nanoTime() - deadline < 0
        && (Ledger.cpu(subject.gateway()).compareTo(enough) < 0
            || compilation(subject).minus(compiled).compareTo(LITTLE) > 0));
  }

  private static Duration compilation(Subject subject) {
    JavaProcess jvm = subject.jvm();
    return jvm == null ? Duration.ZERO : jvm.compilation();
  }

  void saturate(Subject subject) {
    measure(
        subject,
        generator.saturation(subject.target(), plan.connections(), Plan.BODY_BYTES),
        (usage, window) -> {
          add(subject, Metric.REQUEST_CPU, cpu(subject, usage));
          add(subject, Metric.REQUEST_ALLOCATION, allocated(subject, usage));
          add(subject, Metric.REQUEST_THROUGHPUT, usage.perSecond());
          add(
              subject,
              Metric.REQUEST_CORES,
              subject.process() == null ? Double.NaN : usage.cores());
          add(subject, Metric.REQUEST_DATABASE_CPU, database(subject, usage));
        });
  }

  /** The same rate for all subjects, so that their delays can be compared. */
  void halfLoad(Subject subject, double perSecond) {
    measure(
        subject,
        generator.fixedRate(subject.target(), plan.connections(), perSecond, Plan.BODY_BYTES),
        (usage, window) -> {
          add(subject, Metric.REQUEST_CPU_HALF_LOAD, cpu(subject, usage));
          add(subject, Metric.ANSWER_P50, window.answer().percentileMillis(50));
          add(subject, Metric.ANSWER_P99, window.answer().percentileMillis(99));
        });
  }

  void stream(Subject subject) {
    upstream.stream(new StreamPlan(Plan.EVENTS, Plan.EVENTS_APART));
    measure(
        subject,
        generator.streams(subject.target(), plan.streams(), Plan.BODY_BYTES),
        (usage, window) -> {
          add(subject, Metric.CHUNK_CPU, cpu(subject, usage));
          add(subject, Metric.CHUNK_ALLOCATION, allocated(subject, usage));
          add(subject, Metric.FIRST_BYTE_P50, window.firstByte().percentileMillis(50));
          add(subject, Metric.FIRST_BYTE_P99, window.firstByte().percentileMillis(99));
          add(subject, Metric.GAP_P99, window.gap().percentileMillis(99));
        });
  }

  /** More than the gateway's cores can do: what does a new request have to wait? */
  void busyStreams(Subject subject) {
    upstream.stream(new StreamPlan(Plan.BUSY_EVENTS, Plan.BUSY_EVENTS_APART));
    measure(
        subject,
        generator.streams(subject.target(), plan.busyStreams(), Plan.BODY_BYTES),
        (usage, window) -> {
          add(subject, Metric.BUSY_FIRST_BYTE_P50, window.firstByte().percentileMillis(50));
          add(subject, Metric.BUSY_FIRST_BYTE_P99, window.firstByte().percentileMillis(99));
          add(subject, Metric.BUSY_CHUNK_THROUGHPUT, usage.perSecond());
        });
  }

  private void measure(
      Subject subject, Load begun, BiConsumer<Snapshot.Usage, Load.Window> figuresOf) {
    try (Load load = begun) {
      Pause.of(plan.ramp());
      Snapshot before = Snapshot.of(subject, load);
      load.beginWindow();
      Pause.of(plan.window());
      Snapshot after = Snapshot.of(subject, load);
      figuresOf.accept(after.since(before), load.endWindow());
    }
    settle();
  }

  /**
   * What the load left behind (connections that close, rows to be written) is not the next one's.
   */
  private static void settle() {
    Pause.of(Duration.ofMillis(300));
  }

  private void add(Subject subject, Metric metric, double figure) {
    figures.add(metric, subject.name(), figure);
  }

  private static double cpu(Subject subject, Snapshot.Usage usage) {
    return subject.process() == null ? Double.NaN : usage.each(usage.cpuMicros());
  }

  private static double allocated(Subject subject, Snapshot.Usage usage) {
    return subject.jvm() == null ? Double.NaN : usage.each(usage.allocatedKib());
  }

  private static double database(Subject subject, Snapshot.Usage usage) {
    return subject.database().isEmpty() ? Double.NaN : usage.each(usage.databaseCpuMicros());
  }
}
