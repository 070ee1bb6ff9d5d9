package dev.tollgate.benchmark.subject;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The policy document of the benchmark's key, in this one place: every restriction that is enforced
 * stands in it, and lets the benchmark's requests pass. Whoever makes a field enforced adds it
 * here, so that its cost is seen.
 */
final class FullPolicy {

  private static final int GLOBS = 100;

  private FullPolicy() {}

  /** The members beside name and scope. */
  static Map<String, Object> members() {
    return Map.of(
        "permissions",
        Map.of(
            "models", models(),
            "operations", List.of("read", "write"),
            "routing", Map.of("allowed_providers", List.of("anthropic", "openai"))));
  }

  /** The one that matches stands last. */
  private static Map<String, List<String>> models() {
    return Map.of(
        "allowed",
        Stream.concat(globs("other-model-%d-*", GLOBS - 1), Stream.of("gpt-4*-mini")).toList(),
        "denied",
        globs("forbidden-model-%d*", GLOBS).collect(Collectors.toList()));
  }

  private static Stream<String> globs(String format, int count) {
    return IntStream.range(0, count).mapToObj(format::formatted);
  }
}
