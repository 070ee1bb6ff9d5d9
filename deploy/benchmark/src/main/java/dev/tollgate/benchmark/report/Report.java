package dev.tollgate.benchmark.report;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * All of a run, as a table and as JSON.
 *
 * @param subject whose ratio to {@code baseline} is told
 */
public record Report(
    Map<String, String> conditions,
    List<String> subjects,
    String subject,
    String baseline,
    Figures figures,
    List<Budgets.Outcome> outcomes) {

  private static final int LABEL = 42;
  private static final int COLUMN = 24;

  /** For people. */
  public void print(PrintStream out) {
    conditions.forEach((name, value) -> out.printf("%-22s %s%n", name.replace('_', ' '), value));
    out.printf("%nmedian [lowest to highest] of the rounds%n%-" + LABEL + "s", "");
    subjects.forEach(each -> out.printf("%-" + COLUMN + "s", each));
    out.printf("%s / %s%n", subject, baseline);
    for (Metric metric : Metric.values()) {
      if (subjects.stream().anyMatch(each -> figures.spread(metric, each).isPresent())) {
        printRow(out, metric);
      }
    }
    out.println();
    outcomes.forEach(outcome -> out.println(line(outcome)));
    for (Aim aim : Aim.values()) {
      figures.spread(aim.metric(), subject).ifPresent(found -> out.println(line(aim, found)));
    }
  }

  private void printRow(PrintStream out, Metric metric) {
    out.printf("%-" + LABEL + "s", label(metric));
    for (String each : subjects) {
      out.printf("%-" + COLUMN + "s", figures.spread(metric, each).map(Report::text).orElse("-"));
    }
    out.println(figures.ratio(metric, subject, baseline).map(Report::text).orElse(""));
  }

  private static String label(Metric metric) {
    return metric.unit().isEmpty() ? metric.label() : metric.label() + ", " + metric.unit();
  }

  private static String line(Aim aim, Spread found) {
    return String.format(
        Locale.ROOT,
        "%-8s %-36s %s %s, target %s",
        found.median() <= aim.most() ? "reached" : "missed",
        aim.metric().label(),
        number(found.median()),
        aim.metric().unit(),
        number(aim.most()));
  }

  private static String line(Budgets.Outcome outcome) {
    return String.format(
        Locale.ROOT,
        "%-8s %-36s %5.2f of at most %.2f, target %.2f%s",
        outcome.broken() ? "BROKEN" : "ok",
        outcome.budget().metric().label(),
        outcome.ratio(),
        outcome.budget().maximum(),
        outcome.budget().target(),
        outcome.reachesTarget() ? " reached" : "");
  }

  /** For programs. */
  public byte[] json() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("conditions", conditions);
    Map<String, Object> metrics = new LinkedHashMap<>();
    for (Metric metric : Metric.values()) {
      Map<String, Object> values = values(metric);
      if (!values.isEmpty()) {
        metrics.put(metric.key(), values);
      }
    }
    document.put("figures", metrics);
    document.put("budgets", outcomes.stream().map(Report::json).toList());
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(document);
  }

  private Map<String, Object> values(Metric metric) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String each : subjects) {
      Optional<Spread> spread = figures.spread(metric, each);
      spread.ifPresent(found ->
          values.put(
              each,
              Map.of(
                  "median", found.median(),
                  "lowest", found.lowest(),
                  "highest", found.highest(),
                  "rounds", figures.rounds(metric, each))));
    }
    if (!values.isEmpty()) {
      values.put("unit", metric.unit());
      figures
          .ratio(metric, subject, baseline)
          .ifPresent(ratio -> values.put("ratio", ratio.median()));
    }
    return values;
  }

  private static Map<String, Object> json(Budgets.Outcome outcome) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("metric", outcome.budget().metric().key());
    values.put("ratio", outcome.ratio());
    values.put("maximum", outcome.budget().maximum());
    values.put("target", outcome.budget().target());
    values.put("broken", outcome.broken());
    return values;
  }

  private static String text(Spread spread) {
    return spread.count() == 1
        ? number(spread.median())
        : "%s [%s to %s]"
            .formatted(number(spread.median()), number(spread.lowest()), number(spread.highest()));
  }

  private static String number(double value) {
    String format = Math.abs(value) >= 1000 ? "%.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }
}
