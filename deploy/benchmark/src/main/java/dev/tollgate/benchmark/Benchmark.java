package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.subject.BareSpringCloudGateway;
import dev.tollgate.benchmark.subject.Bench;
import dev.tollgate.benchmark.subject.Direct;
import dev.tollgate.benchmark.subject.Subject;
import dev.tollgate.benchmark.subject.Tollgate;
import dev.tollgate.benchmark.upstream.Upstream;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One whole run: starts everything, measures, and stops everything. */
final class Benchmark {

  private static final Logger LOG = LoggerFactory.getLogger(Benchmark.class);

  private final Plan plan;
  private final OpenThings open;
  private final Figures figures = new Figures();

  Benchmark(Plan plan, OpenThings open) {
    this.plan = plan;
    this.open = open;
  }

  /** Blocks until all is measured. */
  Figures run(Bench bench, Network network, Upstream upstream) {
    LoadGenerator generator = network.generator();
    Laboratory laboratory = new Laboratory(plan, upstream, generator, figures);
    LOG.info("starting the gateways");
    List<Subject> subjects =
        List.of(
            new Direct(bench.upstream()),
            open.add(BareSpringCloudGateway.start(bench)),
            open.add(Tollgate.start(bench)));
    new Rounds(plan, laboratory, figures, subjects).run();
    if (plan.idleStreams() > 0) {
      LOG.info("memory of {} idle streams", plan.idleStreams());
      IdleStreams idle = new IdleStreams(upstream, generator, figures);
      subjects.forEach(subject -> idle.measure(subject, plan.idleStreams()));
    }
    return figures;
  }
}
