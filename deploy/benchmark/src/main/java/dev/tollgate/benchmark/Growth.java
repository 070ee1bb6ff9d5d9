package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.Load;
import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.load.Target;
import dev.tollgate.benchmark.process.Descriptors;
import dev.tollgate.benchmark.process.Ledger;
import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.GrowthTable;
import dev.tollgate.benchmark.subject.BareSpringCloudGateway;
import dev.tollgate.benchmark.subject.Bench;
import dev.tollgate.benchmark.subject.FullPolicy;
import dev.tollgate.benchmark.subject.Subject;
import dev.tollgate.benchmark.subject.Tollgate;
import dev.tollgate.benchmark.upstream.Provider;
import dev.tollgate.benchmark.upstream.StreamPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the CPU time of a request and of a chunk grows with what there is of everything. */
final class Growth {

  private static final Logger LOG = LoggerFactory.getLogger(Growth.class);

  private static final int[] BODY_BYTES = {1 << 10, 10 << 10, 100 << 10, 1 << 20, 10 << 20};

  /** As many connections as hold this together are busy at the same time. */
  private static final int BYTES_UNDER_WAY = 16 << 20;

  private static final int[] STREAMS = {10, 100, 1_000, 10_000};
  private static final int EVENTS_PER_SECOND = 4_000;
  private static final Duration LONGEST_OPENING = Duration.ofMinutes(2);

  private final Plan plan;
  private final OpenThings open;
  private final GrowthTable table = new GrowthTable();

  Growth(Plan plan, OpenThings open) {
    this.plan = plan;
    this.open = open;
  }

  /** Blocks until all is measured. */
  GrowthTable run(Bench bench, Provider provider, LoadGenerator generator) {
    Tollgate tollgate = open.add(Tollgate.start(bench));
    Laboratory laboratory = new Laboratory(plan, bench.cores(), provider, generator, new Figures());
    boolean beside = plan.has(Measure.BODIES) || plan.has(Measure.MANY_STREAMS);
    List<Subject> subjects =
        beside
            ? List.of(open.add(BareSpringCloudGateway.start(bench)), tollgate)
            : List.of(tollgate);
    if (!plan.measures().equals(Set.of(Measure.ROUTES))) {
      LOG.info("warming up");
      laboratory.warmUp(subjects);
    }
    for (int round = 1; beside && round <= plan.rounds(); round++) {
      LOG.info("round {} of {}", round, plan.rounds());
      if (plan.has(Measure.BODIES)) {
        subjects.forEach(subject -> bodies(subject, generator));
      }
      if (plan.has(Measure.MANY_STREAMS)) {
        subjects.forEach(subject -> streams(subject, provider, generator));
      }
    }
    if (plan.has(Measure.POLICIES)) {
      policies(tollgate, generator);
    }
    if (plan.has(Measure.KEYS)) {
      new KeyGrowth(plan, generator, this::window).run(tollgate);
    }
    subjects.forEach(Subject::close);
    if (plan.has(Measure.ROUTES)) {
      new RouteGrowth(plan, open, this::request)
          .run(bench, tollgate.target(), laboratory, generator);
    }
    return table;
  }

  private void bodies(Subject subject, LoadGenerator generator) {
    for (int bytes : BODY_BYTES) {
      int connections = Math.clamp(BYTES_UNDER_WAY / bytes, 2, plan.connections());
      request(
          "request of " + bytes / 1024 + " KiB",
          subject,
          generator.saturation(subject.target(), connections, bytes));
    }
  }

  private void streams(Subject subject, Provider provider, LoadGenerator generator) {
    for (int wanted : STREAMS) {
      int count = Math.min(wanted, Descriptors.streams(subject.gateway().getFirst()));
      Duration apart = Duration.ofNanos(1_000_000_000L * count / EVENTS_PER_SECOND);
      provider.stream(new StreamPlan(Plan.EVENTS, apart));
      streams(subject, count, apart, generator);
      table.add(
          "MiB resident after " + count + " streams",
          subject.name(),
          Ledger.residentMib(subject.gateway()));
    }
  }

  /** Once all of them have begun: a beginning costs as much as many chunks. */
  private void streams(Subject subject, int count, Duration apart, LoadGenerator generator) {
    try (Load load = generator.streams(subject.target(), count, Plan.BODY_BYTES)) {
      TimeLeft time = new TimeLeft();
      while (load.count() < count && time.allows(plan.ramp(), LONGEST_OPENING)) {
        Pause.of(plan.ramp());
      }
      Pause.of(apart);
      window(count + " streams, chunk", subject, load);
    }
  }

  private void policies(Tollgate tollgate, LoadGenerator generator) {
    Target none = tollgate.withKey("without a policy", Map.of());
    Target models =
        tollgate.withKey(
            "models", Map.of("permissions", Map.of("models", Map.of("allowed", List.of("gpt-*")))));
    Target limits =
        tollgate.withKey("limits", Map.of("rate_limits", FullPolicy.members().get("rate_limits")));
    Target full = tollgate.withKey("all fields", FullPolicy.members());
    for (int round = 0; round < plan.rounds(); round++) {
      policy("no policy", tollgate, none, generator);
      policy("one allowed glob", tollgate, models, generator);
      policy("every limit and budget", tollgate, limits, generator);
      policy("every field, 200 globs, 1,000 networks", tollgate, full, generator);
    }
  }

  private void policy(String label, Tollgate tollgate, Target target, LoadGenerator generator) {
    request(label, tollgate, generator.saturation(target, plan.connections(), Plan.BODY_BYTES));
  }

  private void request(String label, Subject subject, Load begun) {
    try (Load load = begun) {
      Pause.of(plan.ramp());
      window(label, subject, load);
    }
  }

  private void window(String label, Subject subject, Load load) {
    Snapshot before = Snapshot.of(subject, load);
    Pause.of(plan.window());
    Snapshot.Usage usage = Snapshot.of(subject, load).since(before);
    double micros = usage.each(usage.cpuMicros());
    LOG.info("{}, {}: {} µs, {} in all", subject.name(), label, micros, usage.count());
    table.add(label + ", µs", subject.name(), micros);
  }
}
