package dev.tollgate.benchmark;

import dev.tollgate.benchmark.report.Figures;
import dev.tollgate.benchmark.report.Metric;
import dev.tollgate.benchmark.subject.Direct;
import dev.tollgate.benchmark.subject.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    double rate = Double.MAX_VALUE;
    for (Subject subject : subjects) {
      LOG.info("warming up {}", subject.name());
      rate = Math.min(rate, laboratory.warmUp(subject) / 2);
    }
    long begun = System.nanoTime();
    for (int round = 1; round <= plan.rounds() && hasTime(begun, round); round++) {
      LOG.info("round {} of {}, half load is {} requests/s", round, plan.rounds(), (long) rate);
      round(inOrder(round), rate);
    }
    subtractDirect(Metric.ANSWER_P50, Metric.ADDED_P50);
    subtractDirect(Metric.ANSWER_P99, Metric.ADDED_P99);
    subtractDirect(Metric.FIRST_BYTE_P50, Metric.ADDED_FIRST_BYTE_P50);
  }

  /** Whether another round as long as those so far fits. */
  private boolean hasTime(long begunNanos, int round) {
    double perRound = (System.nanoTime() - begunNanos) / Math.max(1.0, round - 1);
    return round == 1 || time.allows(Duration.ofNanos((long) perRound), plan.aim());
  }

  private void round(List<Subject> order, double rate) {
    order.forEach(laboratory::saturate);
    order.forEach(subject -> laboratory.halfLoad(subject, rate));
    order.forEach(laboratory::stream);
    if (plan.busyStreams() > 0) {
      order.stream().filter(subject -> subject.process() != null).forEach(laboratory::busyStreams);
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
