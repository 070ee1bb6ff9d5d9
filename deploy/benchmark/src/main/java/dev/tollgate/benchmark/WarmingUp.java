package dev.tollgate.benchmark;

import dev.tollgate.benchmark.process.Ledger;
import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.Metric;
import dev.tollgate.benchmark.subject.Subject;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits until JVMs that are under load have compiled what they need. */
final class WarmingUp {

  private static final Logger LOG = LoggerFactory.getLogger(WarmingUp.class);

  /** Long enough to tell a share of it. */
  private static final Duration STEP = Duration.ofSeconds(2);

  private static final double PERCENT = 100;

  private final Plan.WarmUp enough;
  private final List<Jvm> jvms;

  WarmingUp(List<Subject> subjects, Plan.WarmUp enough) {
    this.enough = enough;
    this.jvms = subjects.stream().map(Jvm::new).toList();
  }

  /** Until all are warm, or the longest time is over; those that are go on working. */
  void await() {
    TimeLeft time = new TimeLeft();
    while (!jvms.stream().allMatch(jvm -> jvm.isWarm(enough))
        && time.allows(STEP, enough.longest())) {
      Pause.of(STEP);
      jvms.forEach(Jvm::look);
    }
    jvms.forEach(jvm -> jvm.tell(jvm.isWarm(enough) ? "warm" : "not warm in time"));
  }

  /** What the figures after it are worth. */
  void tell(Figures figures) {
    for (Jvm jvm : jvms) {
      figures.add(Metric.WARM_UP, jvm.subject.name(), jvm.cpu.toMillis() / 1e3);
      figures.add(Metric.WARM_UP_COMPILER, jvm.subject.name(), jvm.compilerShare * PERCENT);
    }
  }

  private static final class Jvm {

    private final Subject subject;
    private final Duration cpuBefore;
    private Duration cpu;
    private Duration compiler;
    private double compilerShare = 1;

    Jvm(Subject subject) {
      this.subject = subject;
      this.cpu = Ledger.cpu(subject.gateway());
      this.compiler = Ledger.compilerCpu(subject.gateway());
      this.cpuBefore = cpu;
    }

    void look() {
      Duration cpuNow = Ledger.cpu(subject.gateway());
      Duration compilerNow = Ledger.compilerCpu(subject.gateway());
      double worked = cpuNow.minus(cpu).toMillis();
      compilerShare = worked > 0 ? Math.max(0, compilerNow.minus(compiler).toMillis() / worked) : 1;
      cpu = cpuNow;
      compiler = compilerNow;
    }

    boolean isWarm(Plan.WarmUp enough) {
      Duration taken = cpu.minus(cpuBefore);
      return taken.compareTo(enough.cpu()) >= 0
          || (taken.compareTo(enough.leastCpu()) >= 0 && compilerShare < Plan.WarmUp.AT_REST);
    }

    void tell(String outcome) {
      LOG.info(
          "{} is {}: {} s of CPU, {} % of the last ones the compiler's",
          subject.name(), outcome, cpu.toSeconds(), Math.round(compilerShare * PERCENT));
    }
  }
}
