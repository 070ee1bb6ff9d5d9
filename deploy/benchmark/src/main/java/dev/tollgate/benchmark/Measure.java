package dev.tollgate.benchmark;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a run may consist of; {@code --only} names some. */
enum Measure {
  /** As many requests as a subject takes. */
  SATURATED,
  /** Requests at a fixed rate. */
  HALF,
  STREAMS,
  /** The first byte where next to nothing else is to do. */
  QUIET,
  /** The first byte where more is to do than the gateway can. */
  BUSY,
  /** Memory of streams on which nothing comes. */
  IDLE,
  STARTS,
  /** Of {@code --growth}, as are all that follow. */
  BODIES,
  MANY_STREAMS,
  POLICIES,
  KEYS,
  ROUTES;

  /** As it stands on the command line. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  static Measure of(String word) {
    return Arrays.stream(values())
        .filter(each -> each.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'%s' is none of %s"
                    .formatted(
                        word,
                        Arrays.stream(values())
                            .map(Measure::word)
                            .collect(Collectors.joining(", ")))));
  }
}
