package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.Load;
import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.process.Profiler;
import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.FlameGraph;
import dev.tollgate.benchmark.subject.Bench;
import dev.tollgate.benchmark.subject.Tollgate;
import dev.tollgate.benchmark.upstream.Provider;
import dev.tollgate.benchmark.upstream.StreamPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the gateway's CPU time goes, with non-streamed requests and with streams. */
record Profile(Plan plan, OpenThings open, Path results) {

  private static final Logger LOG = LoggerFactory.getLogger(Profile.class);

  /** Blocks; leaves two flame graphs and their collapsed stacks beside the results. */
  void run(Bench bench, Provider provider, LoadGenerator generator) {
    Tollgate tollgate = open.add(Tollgate.start(bench));
    Laboratory laboratory = new Laboratory(plan, bench.cores(), provider, generator, new Figures());
    LOG.info("warming up");
    laboratory.warmUp(List.of(tollgate));
    Profiler profiler = Profiler.of(tollgate.process().handle(), bench.directory());
    try (Load _ = generator.saturation(tollgate.target(), plan.connections(), Plan.BODY_BYTES)) {
      record(profiler, "requests", "CPU time of non-streamed requests");
    }
    provider.stream(new StreamPlan(Plan.EVENTS, Plan.EVENTS_APART));
    try (Load _ = generator.streams(tollgate.target(), plan.streams(), Plan.BODY_BYTES)) {
      record(profiler, "streams", "CPU time of streams");
    }
  }

  private void record(Profiler profiler, String name, String title) {
    Pause.of(plan.ramp());
    LOG.info("profiling {}", name);
    profiler.start();
    Pause.of(plan.window().multipliedBy(4));
    Path stacks = results.resolveSibling("profile-" + name + ".collapsed");
    profiler.stop(stacks);
    try {
      FlameGraph graph = FlameGraph.of(title, Files.readAllLines(stacks));
      var _ = Files.writeString(results.resolveSibling("profile-" + name + ".svg"), graph.svg());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
