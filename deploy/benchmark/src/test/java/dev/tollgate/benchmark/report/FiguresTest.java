package dev.tollgate.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {

  private final Figures figures = new Figures();

  private void add(String subject, double... rounds) {
    for (double round : rounds) {
      figures.add(Metric.REQUEST_CPU, subject, round);
    }
  }

  @Test
  void takesTheMiddleOne() {
    add("odd", 9, 1, 5);
    add("even", 4, 1, 2, 9);

    assertThat(figures.spread(Metric.REQUEST_CPU, "odd")).contains(new Spread(5, 1, 9, 3));
    assertThat(figures.spread(Metric.REQUEST_CPU, "even")).contains(new Spread(3, 1, 9, 4));
  }

  @Test
  void comparesRoundByRound() {
    add("ours", 10, 30, 20);
    add("theirs", 10, 10, 20);

    assertThat(figures.ratio(Metric.REQUEST_CPU, "ours", "theirs"))
        .contains(new Spread(1, 1, 3, 3));
  }

  @Test
  void leavesOutWhatNothingCanBeDividedBy() {
    add("ours", 10, 30);
    add("theirs", -1, 10);

    assertThat(figures.ratio(Metric.REQUEST_CPU, "ours", "theirs"))
        .contains(new Spread(3, 3, 3, 1));
  }

  @Test
  void knowsWhatWasNotMeasured() {
    add("ours", Double.NaN);

    assertThat(figures.rounds(Metric.REQUEST_CPU, "ours")).isEqualTo(List.of());
    assertThat(figures.spread(Metric.REQUEST_CPU, "ours")).isEmpty();
    assertThat(figures.ratio(Metric.REQUEST_CPU, "ours", "theirs")).isEmpty();
  }
}
