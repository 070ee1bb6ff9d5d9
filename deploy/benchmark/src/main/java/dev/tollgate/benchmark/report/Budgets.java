package dev.tollgate.benchmark.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How much Tollgate may cost, as multiples of what the bare gateway costs in the same run: absolute
 * times would say more of the machine than of the code.
 */
public record Budgets(List<Budget> budgets) {

  /** The slowest answers of one or two rounds say more of the machine than of any gateway. */
  private static final int LEAST_ROUNDS_OF_DELAYS = 3;

  /**
   * One of them.
   *
   * @param maximum ratio that breaks nothing
   * @param target ratio that is worked for; tells, and breaks nothing
   */
  public record Budget(Metric metric, double maximum, double target) {

    public Budget {
      if (!(target > 0) || !(maximum >= target)) {
        throw new IllegalArgumentException(metric.key() + ": 0 < target <= maximum is required");
      }
    }
  }

  public Budgets {
    budgets = List.copyOf(budgets);
  }

  /**
   * Reads {@code {"metric": {"maximum": 1.2, "target": 1.0}, …}}.
   *
   * @throws IllegalArgumentException for a metric or a member that does not exist
   */
  public static Budgets read(Path file) {
    JsonNode document = JsonMapper.shared().readTree(file);
    List<Budget> budgets = new ArrayList<>();
    document.forEachEntry((metric, budget) -> budgets.add(budget(metric, budget)));
    return new Budgets(budgets);
  }

  private static Budget budget(String metric, JsonNode budget) {
    if (!new TreeSet<>(budget.propertyNames())
        .equals(new TreeSet<>(List.of("maximum", "target")))) {
      throw new IllegalArgumentException(metric + " must have maximum and target");
    }
    return new Budget(
        Metric.valueOf(metric.toUpperCase(Locale.ROOT)),
        budget.path("maximum").asDouble(),
        budget.path("target").asDouble());
  }

  /**
   * For runs whose JVMs are barely warm: the one with more code to compile looks worse than it is.
   *
   * @param factor by which every maximum is raised
   */
  public Budgets loosened(double factor) {
    return new Budgets(
        budgets.stream()
            .map(each -> new Budget(each.metric(), each.maximum() * factor, each.target()))
            .toList());
  }

  /** Each budget whose metric was measured often enough, with what came out. */
  public List<Outcome> judge(Figures figures, String subject, String baseline) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Budget budget : budgets) {
      Optional<Spread> ratio = figures.ratio(budget.metric(), subject, baseline);
      ratio
          .filter(found -> isOftenEnough(budget.metric(), found.count()))
          .ifPresent(found -> outcomes.add(new Outcome(budget, found.median())));
    }
    return outcomes;
  }

  private static boolean isOftenEnough(Metric metric, int rounds) {
    return !metric.unit().equals("ms") || rounds >= LEAST_ROUNDS_OF_DELAYS;
  }

  /** What became of a budget. */
  public record Outcome(Budget budget, double ratio) {

    public boolean broken() {
      return ratio > budget.maximum();
    }

    public boolean reachesTarget() {
      return ratio <= budget.target();
    }
  }
}
