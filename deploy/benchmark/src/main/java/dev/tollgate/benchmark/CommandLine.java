package dev.tollgate.benchmark;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;

/**
 * What {@code deploy/tollgate bench} was asked for.
 *
 * @param kind of run
 */
record CommandLine(Kind kind, Plan plan) {

  static final String USAGE =
      """
      usage: deploy/tollgate bench [--quick | --profile | --growth] [--only MEASURE,...] [--rounds N]
      measures: saturated, half, streams, quiet, busy, idle, starts;
                of --growth: bodies, many-streams, policies, keys, routes\
      """;

  private static final int MOST_ROUNDS = 1000;

  /** Which there are. */
  enum Kind {
    FULL,
    QUICK,
    PROFILE,
    GROWTH
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with what is wrong in its message
   */
  static CommandLine of(List<String> arguments) {
    Deque<String> words = new ArrayDeque<>();
    arguments.forEach(each -> words.addAll(Arrays.asList(each.split("=", 2))));
    Kind kind = kind(words);
    Plan plan = plan(kind);
    while (!words.isEmpty()) {
      String option = words.removeFirst();
      String value = words.isEmpty() ? "" : words.removeFirst();
      plan =
          switch (option) {
            case "--only" -> plan.only(measures(value));
            case "--rounds" -> plan.rounds(rounds(value));
            default -> throw new IllegalArgumentException("unknown option " + option);
          };
    }
    return new CommandLine(kind, plan);
  }

  private static Kind kind(Deque<String> words) {
    Kind kind =
        switch (words.isEmpty() ? "" : words.getFirst()) {
          case "--quick" -> Kind.QUICK;
          case "--profile" -> Kind.PROFILE;
          case "--growth" -> Kind.GROWTH;
          default -> Kind.FULL;
        };
    if (kind != Kind.FULL) {
      var _ = words.removeFirst();
    }
    return kind;
  }

  private static Plan plan(Kind kind) {
    return switch (kind) {
      case FULL -> Plan.full();
      case QUICK -> Plan.quick();
      case PROFILE -> Plan.profile();
      case GROWTH -> Plan.growth();
    };
  }

  private static EnumSet<Measure> measures(String value) {
    EnumSet<Measure> measures = EnumSet.noneOf(Measure.class);
    for (String word : value.split(",", -1)) {
      measures.add(Measure.of(word));
    }
    return measures;
  }

  private static int rounds(String value) {
    if (value.matches("[1-9][0-9]{0,3}") && Integer.parseInt(value) <= MOST_ROUNDS) {
      return Integer.parseInt(value);
    }
    throw new IllegalArgumentException("--rounds takes a number from 1 to " + MOST_ROUNDS);
  }
}
