package dev.tollgate.benchmark;

import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.Metric;
import dev.tollgate.benchmark.subject.Direct;
import dev.tollgate.benchmark.subject.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All subjects in turn, several times over: what disturbs the machine for a while disturbs all of
 * them.
 */
final class Rounds {

  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  private final Plan plan;
  private final Laboratory laboratory;
  private final Figures figures;
  private final List<Subject> subjects;
  private final TimeLeft time;

  Rounds(Plan plan, TimeLeft time, Laboratory laboratory, Figures figures, List<Subject> subjects) {
    this.plan = plan;
    this.time = time;
    this.laboratory = laboratory;
    this.figures = figures;
    this.subjects = List.copyOf(subjects);
  }

  void run() {
    LOG.info("warming up");
    laboratory.warmUp(subjects);
    double rate = plan.has(Measure.HALF) ? halfOfTheSlowest() : 0;
    long begun = System.nanoTime();
    for (int round = 1; round <= plan.rounds() && hasTime(begun, round); round++) {
      LOG.info("round {} of {}, half load is {} requests/s", round, plan.rounds(), (long) rate);
      round(inOrder(round), rate);
    }
    subtractDirect(Metric.ANSWER_P50, Metric.ADDED_P50);
    subtractDirect(Metric.ANSWER_P99, Metric.ADDED_P99);
    subtractDirect(Metric.FIRST_BYTE_P50, Metric.ADDED_FIRST_BYTE_P50);
    subtractDirect(Metric.QUIET_FIRST_BYTE_P50, Metric.QUIET_ADDED_FIRST_BYTE_P50);
    subtractDirect(Metric.QUIET_FIRST_BYTE_P99, Metric.QUIET_ADDED_FIRST_BYTE_P99);
    subtractDirect(Metric.BUSY_FIRST_BYTE_P50, Metric.BUSY_ADDED_FIRST_BYTE_P50);
    subtractDirect(Metric.BUSY_FIRST_BYTE_P99, Metric.BUSY_ADDED_FIRST_BYTE_P99);
  }

  private double halfOfTheSlowest() {
    return subjects.stream().mapToDouble(laboratory::rate).min().orElseThrow() / 2;
  }

  /** Whether another round as long as those so far fits. */
  private boolean hasTime(long begunNanos, int round) {
    double perRound = (System.nanoTime() - begunNanos) / Math.max(1.0, round - 1);
    return round == 1 || time.allows(Duration.ofNanos((long) perRound), plan.aim());
  }

  private void round(List<Subject> order, double rate) {
    each(Measure.SATURATED, order, laboratory::saturate);
    each(Measure.HALF, order, subject -> laboratory.halfLoad(subject, rate));
    each(Measure.STREAMS, order, laboratory::stream);
    each(Measure.QUIET, order, laboratory::quietStreams);
    each(Measure.BUSY, order, laboratory::busyStreams);
  }

  private void each(Measure measure, List<Subject> order, Consumer<Subject> action) {
    if (plan.has(measure)) {
      order.forEach(action);
    }
  }

  /** Nobody is always the first. */
  private List<Subject> inOrder(int round) {
    List<Subject> order = new ArrayList<>(subjects);
    Collections.rotate(order, round);
    return order;
  }

  /** What a gateway adds is what it takes less what it takes without one, round by round. */
  private void subtractDirect(Metric whole, Metric added) {
    List<Double> direct = figures.rounds(whole, Direct.NAME);
    for (Subject subject : subjects) {
      List<Double> rounds = figures.rounds(whole, subject.name());
      for (int i = 0; i < Math.min(direct.size(), rounds.size()); i++) {
        if (subject.process() != null) {
          figures.add(added, subject.name(), rounds.get(i) - direct.get(i));
        }
      }
    }
  }
}
