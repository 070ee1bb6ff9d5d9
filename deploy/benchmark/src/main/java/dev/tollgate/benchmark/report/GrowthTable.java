package dev.tollgate.benchmark.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/** Figures by what there was how much of, and by subject. */
public final class GrowthTable {

  private final Map<String, Map<String, List<Double>>> rows = new LinkedHashMap<>();

  /** Takes the figure of one round. */
  public void add(String row, String subject, double figure) {
    rows.computeIfAbsent(row, ignored -> new LinkedHashMap<>())
        .computeIfAbsent(subject, ignored -> new ArrayList<>())
        .add(figure);
  }

  /** For people: medians, and the lowest and highest round. */
  public void print(PrintStream out) {
    Set<String> subjects = new TreeSet<>();
    rows.values().forEach(row -> subjects.addAll(row.keySet()));
    out.printf("%-48s", "median [lowest to highest]");
    subjects.forEach(subject -> out.printf("%-32s", subject));
    out.println();
    rows.forEach((label, row) -> {
      out.printf("%-48s", label);
      subjects.forEach(subject -> out.printf("%-32s", text(row.getOrDefault(subject, List.of()))));
      out.println();
    });
  }

  private static String text(List<Double> figures) {
    if (figures.isEmpty()) {
      return "-";
    }
    Spread spread = Spread.of(figures);
    return String.format(
        Locale.ROOT, "%.1f [%.1f to %.1f]", spread.median(), spread.lowest(), spread.highest());
  }

  /** For programs: all rounds. */
  public byte[] json() {
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(rows);
  }
}
