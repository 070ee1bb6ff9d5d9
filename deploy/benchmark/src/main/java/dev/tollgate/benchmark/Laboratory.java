package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.Load;
import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.process.Cores;
import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.Metric;
import dev.tollgate.benchmark.subject.Subject;
import dev.tollgate.benchmark.upstream.Provider;
import dev.tollgate.benchmark.upstream.StreamPlan;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Puts one load on one subject and writes down what it cost. */
final class Laboratory {

  /** Of the warm-up; the way of a whole request is the longer one. */
  private static final double SHARE_OF_STREAMS = 0.3;

  private final Plan plan;
  private final Cores cores;
  private final Provider provider;
  private final LoadGenerator generator;
  private final Figures figures;

  Laboratory(Plan plan, Cores cores, Provider provider, LoadGenerator generator, Figures figures) {
    this.plan = plan;
    this.cores = cores;
    this.provider = provider;
    this.generator = generator;
    this.figures = figures;
  }

  /**
   * Lets all JVMs compile what they will need, all at the same time and on all cores, with both
   * kinds of load; and then gives them the gateway's cores.
   */
  void warmUp(List<Subject> subjects) {
    List<Subject> jvms = subjects.stream().filter(subject -> subject.jvm() != null).toList();
    WarmingUp streams = new WarmingUp(jvms, plan.warmUp().part(SHARE_OF_STREAMS));
    provider.stream(new StreamPlan(Plan.EVENTS, Plan.EVENTS_APART));
    loads(
        jvms,
        subject -> generator.streams(subject.target(), plan.streams(), Plan.BODY_BYTES),
        streams::await);
    WarmingUp requests = new WarmingUp(jvms, plan.warmUp().part(1 - SHARE_OF_STREAMS));
    loads(
        jvms,
        subject -> generator.saturation(subject.target(), plan.connections(), Plan.BODY_BYTES),
        requests::await);
    requests.tell(figures);
    subjects.forEach(subject -> subject.pin(cores));
  }

  private static void loads(
      List<Subject> subjects, Function<Subject, Load> begin, Runnable meanwhile) {
    try (OpenThings open = new OpenThings()) {
      subjects.forEach(subject -> open.add(begin.apply(subject)));
      meanwhile.run();
    }
  }

  /** Answers per second when saturated. */
  double rate(Subject subject) {
    try (Load load = generator.saturation(subject.target(), plan.connections(), Plan.BODY_BYTES)) {
      Pause.of(plan.ramp());
      Snapshot before = Snapshot.of(subject, load);
      Pause.of(plan.window().dividedBy(2));
      return Snapshot.of(subject, load).since(before).perSecond();
    }
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
          add(subject, Metric.REQUEST_COMPILER, compiler(subject, usage));
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
    provider.stream(new StreamPlan(Plan.EVENTS, Plan.EVENTS_APART));
    measure(
        subject,
        generator.streams(subject.target(), plan.streams(), Plan.BODY_BYTES),
        (usage, window) -> {
          add(subject, Metric.CHUNK_CPU, cpu(subject, usage));
          add(subject, Metric.CHUNK_ALLOCATION, allocated(subject, usage));
          add(subject, Metric.CHUNK_THROUGHPUT, usage.perSecond());
          add(subject, Metric.CHUNK_COMPILER, compiler(subject, usage));
          add(subject, Metric.FIRST_BYTE_P50, window.firstByte().percentileMillis(50));
          add(subject, Metric.FIRST_BYTE_P99, window.firstByte().percentileMillis(99));
          add(subject, Metric.GAP_P99, window.gap().percentileMillis(99));
        });
  }

  /** Next to nothing: what does a new request wait when nobody else does? */
  void quietStreams(Subject subject) {
    provider.stream(new StreamPlan(Plan.QUIET_EVENTS, Plan.QUIET_EVENTS_APART));
    measure(
        subject,
        generator.streams(subject.target(), Plan.QUIET_STREAMS, Plan.BODY_BYTES),
        (usage, window) -> {
          add(subject, Metric.QUIET_FIRST_BYTE_P50, window.firstByte().percentileMillis(50));
          add(subject, Metric.QUIET_FIRST_BYTE_P99, window.firstByte().percentileMillis(99));
        });
  }

  /** More than the gateway's cores can do: what does a new request have to wait? */
  void busyStreams(Subject subject) {
    provider.stream(new StreamPlan(Plan.BUSY_EVENTS, Plan.BUSY_EVENTS_APART));
    measure(
        subject,
        generator.streams(subject.target(), Plan.BUSY_STREAMS, Plan.BODY_BYTES),
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

  private static double compiler(Subject subject, Snapshot.Usage usage) {
    return subject.jvm() == null ? Double.NaN : usage.compilerPercent();
  }

  private static double database(Subject subject, Snapshot.Usage usage) {
    return subject.database().isEmpty() ? Double.NaN : usage.each(usage.databaseCpuMicros());
  }
}
