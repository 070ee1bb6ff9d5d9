package dev.tollgate.benchmark;

import dev.tollgate.benchmark.load.LoadGenerator;
import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.subject.BareSpringCloudGateway;
import dev.tollgate.benchmark.subject.Bench;
import dev.tollgate.benchmark.subject.Direct;
import dev.tollgate.benchmark.subject.Nginx;
import dev.tollgate.benchmark.subject.Subject;
import dev.tollgate.benchmark.subject.Tollgate;
import dev.tollgate.benchmark.upstream.Provider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One whole run: starts everything, measures, and stops everything. */
final class Benchmark {

  private static final Logger LOG = LoggerFactory.getLogger(Benchmark.class);

  /** What may not be over in time is left out rather than broken off. */
  private static final Duration LONGEST_STEP = Duration.ofSeconds(75);

  private static final Set<Measure> ROUNDS = EnumSet.range(Measure.SATURATED, Measure.BUSY);

  private final Plan plan;
  private final OpenThings open;
  private final Figures figures = new Figures();
  private final TimeLeft time = new TimeLeft();

  Benchmark(Plan plan, OpenThings open) {
    this.plan = plan;
    this.open = open;
  }

  /**
   * Blocks until all is measured.
   *
   * @param aotCache the launcher's; null where there is none
   */
  Figures run(Bench bench, Network network, Provider provider, @Nullable Path aotCache) {
    LoadGenerator generator = network.generator();
    LOG.info("starting the gateways");
    // both at once: a quarter of a quick run would be waiting for the second
    CompletableFuture<Tollgate> starting =
        CompletableFuture.supplyAsync(() -> open.add(Tollgate.start(bench)));
    List<Subject> subjects = others(bench);
    Tollgate tollgate = starting.join();
    subjects.add(tollgate);
    if (plan.measures().stream().anyMatch(ROUNDS::contains)) {
      rounds(bench, provider, generator, subjects);
    }
    if (plan.has(Measure.IDLE) && time.allows(LONGEST_STEP, plan.limit())) {
      LOG.info("memory of {} idle streams", plan.idleStreams());
      subjects.forEach(subject -> subject.pin(bench.cores()));
      IdleStreams idle = new IdleStreams(provider, generator, figures);
      subjects.forEach(subject -> idle.measure(subject, plan.idleStreams()));
    }
    subjects.forEach(Subject::close);
    StartUps startUps = new StartUps(open, figures, aotCache);
    int starts = plan.has(Measure.STARTS) ? plan.starts() : 0;
    for (int i = 0; i < starts && time.allows(LONGEST_STEP, plan.limit()); i++) {
      LOG.info("start {} of {}", i + 1, starts);
      startUps.measure(bench, tollgate.target().key());
    }
    return figures;
  }

  private void rounds(
      Bench bench, Provider provider, LoadGenerator generator, List<Subject> subjects) {
    Laboratory laboratory = new Laboratory(plan, bench.cores(), provider, generator, figures);
    new Rounds(plan, time, laboratory, figures, subjects).run();
  }

  private List<Subject> others(Bench bench) {
    List<Subject> subjects = new ArrayList<>();
    subjects.add(new Direct(bench.upstream()));
    Nginx.start(bench).ifPresent(nginx -> subjects.add(open.add(nginx)));
    subjects.add(open.add(BareSpringCloudGateway.start(bench)));
    return subjects;
  }
}
