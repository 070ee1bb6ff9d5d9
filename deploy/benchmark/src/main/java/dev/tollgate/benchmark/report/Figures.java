package dev.tollgate.benchmark.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What was measured, by metric and subject: one figure for each round, in their order. */
public final class Figures {

  private final Map<Metric, Map<String, List<Double>>> figures = new EnumMap<>(Metric.class);

  /** Takes a figure; one that is not a number (where the system cannot tell) is left out. */
  public void add(Metric metric, String subject, double figure) {
    if (Double.isFinite(figure)) {
      figures
          .computeIfAbsent(metric, ignored -> new LinkedHashMap<>())
          .computeIfAbsent(subject, ignored -> new ArrayList<>())
          .add(figure);
    }
  }

  /** All rounds of one; empty when it was not measured. */
  public List<Double> rounds(Metric metric, String subject) {
    return List.copyOf(figures.getOrDefault(metric, Map.of()).getOrDefault(subject, List.of()));
  }

  /** All of which something was measured. */
  public Set<String> subjects() {
    return figures.values().stream()
        .flatMap(each -> each.keySet().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  public Optional<Spread> spread(Metric metric, String subject) {
    List<Double> rounds = rounds(metric, subject);
    return rounds.isEmpty() ? Optional.empty() : Optional.of(Spread.of(rounds));
  }

  /**
   * How one compares with another: by rounds, because what disturbs one of a round disturbs the
   * other as well. Rounds in which the other has nothing to divide by are left out.
   */
  public Optional<Spread> ratio(Metric metric, String subject, String baseline) {
    List<Double> ours = rounds(metric, subject);
    List<Double> theirs = rounds(metric, baseline);
    List<Double> ratios =
        IntStream.range(0, Math.min(ours.size(), theirs.size()))
            .filter(round -> theirs.get(round) > 0)
            .mapToObj(round -> ours.get(round) / theirs.get(round))
            .toList();
    return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
  }
}
