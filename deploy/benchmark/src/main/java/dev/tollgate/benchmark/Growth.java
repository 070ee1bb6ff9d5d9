package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.Load;
import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.load.Target;
import dev.tollgate.benchmark.process.Ledger;
import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.GrowthTable;
import dev.tollgate.benchmark.subject.BareSpringCloudGateway;
import dev.tollgate.benchmark.subject.Bench;
import dev.tollgate.benchmark.subject.FullPolicy;
import dev.tollgate.benchmark.subject.Subject;
import dev.tollgate.benchmark.subject.Tollgate;
import dev.tollgate.benchmark.upstream.StreamPlan;
import dev.tollgate.benchmark.upstream.Upstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the CPU time of a request and of a chunk grows with what there is of everything. */
final class Growth {

  private static final Logger LOG = LoggerFactory.getLogger(Growth.class);

  private static final int[] BODY_BYTES = {1 << 10, 10 << 10, 100 << 10, 1 << 20, 10 << 20};

  /** As many connections as hold this together are busy at the same time. */
  private static final int BYTES_UNDER_WAY = 16 << 20;

  private static final int[] STREAMS = {10, 100, 1_000, 9_000};
  private static final int EVENTS_PER_SECOND = 4_000;
  private static final int[] KEYS = {1, 10, 100, 1_000};
  private static final int[] ROUTES = {1, 1_000};

  private final Plan plan;
  private final OpenThings open;
  private final GrowthTable table = new GrowthTable();

  Growth(Plan plan, OpenThings open) {
    this.plan = plan;
    this.open = open;
  }

  /** Blocks until all is measured. */
  GrowthTable run(Bench bench, Upstream upstream, LoadGenerator generator) {
    Tollgate tollgate = open.add(Tollgate.start(bench));
    List<Subject> subjects = List.of(open.add(BareSpringCloudGateway.start(bench)), tollgate);
    Laboratory laboratory = new Laboratory(plan, bench.cores(), upstream, generator, new Figures());
    subjects.forEach(laboratory::warmUp);
    for (int round = 0; round < plan.rounds(); round++) {
      LOG.info("round {} of {}", round + 1, plan.rounds());
      subjects.forEach(subject -> bodies(subject, generator));
      subjects.forEach(subject -> streams(subject, upstream, generator));
    }
    policies(tollgate, generator);
    keys(tollgate, generator);
    subjects.forEach(Subject::close);
    for (int routes : ROUTES) {
      routes(bench, tollgate.target().key(), routes, laboratory, generator);
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

  private void streams(Subject subject, Upstream upstream, LoadGenerator generator) {
    for (int count : STREAMS) {
      Duration apart = Duration.ofNanos(1_000_000_000L * count / EVENTS_PER_SECOND);
      upstream.stream(new StreamPlan(Plan.EVENTS, apart));
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
      while (load.count() < count && time.allows(plan.ramp(), plan.longestWarmUp())) {
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
    Target full = tollgate.withKey("all fields", FullPolicy.members());
    for (int round = 0; round < plan.rounds(); round++) {
      policy("no policy", tollgate, none, generator);
      policy("one allowed glob", tollgate, models, generator);
      policy("every field, 200 globs, 1,000 networks", tollgate, full, generator);
    }
  }

  private void policy(String label, Tollgate tollgate, Target target, LoadGenerator generator) {
    request(label, tollgate, generator.saturation(target, plan.connections(), Plan.BODY_BYTES));
  }

  private void keys(Tollgate tollgate, LoadGenerator generator) {
    List<Target> targets = new ArrayList<>();
    for (int count : KEYS) {
      while (targets.size() < count) {
        targets.add(tollgate.withKey("key " + targets.size(), Map.of()));
      }
      for (int round = 0; round < plan.rounds(); round++) {
        request(
            count + " keys in turn",
            tollgate,
            generator.saturation(targets, plan.connections(), Plan.BODY_BYTES));
      }
    }
  }

  private void routes(
      Bench bench, String key, int count, Laboratory laboratory, LoadGenerator generator) {
    Path file = bench.directory().resolve("routes-" + count + ".yaml");
    write(file, count);
    Tollgate started =
        open.add(
            Tollgate.startAgain(
                bench, key, bench.cores().javaOptions(), List.of("--routes", file.toString())));
    var _ = laboratory.warmUp(started);
    for (int round = 0; round < plan.rounds(); round++) {
      request(
          count + " routes",
          started,
          generator.saturation(started.target(), plan.connections(), Plan.BODY_BYTES));
    }
    started.close();
  }

  /** The one that matches stands last. */
  private static void write(Path file, int count) {
    StringBuilder yaml = new StringBuilder("routes:\n");
    IntStream.range(1, count).forEach(i -> append(yaml, "other-" + i, "/v1/other-" + i + "/**"));
    append(yaml, "chat", "/v1/chat/completions");
    try {
      var _ = Files.writeString(file, yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(StringBuilder yaml, String id, String path) {
    yaml.append("  - id: ").append(id).append("\n    protocol: openai\n");
    yaml.append("    operation: chat-completion\n    predicates: [\"Path=").append(path);
    yaml.append("\", \"Method=POST\"]\n");
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
