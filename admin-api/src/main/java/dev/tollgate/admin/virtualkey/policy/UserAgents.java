package dev.tollgate.admin.virtualkey.policy;

import static dev.tollgate.admin.document.TextRules.canonical;
import static dev.tollgate.admin.document.ValueRules.line;
import static dev.tollgate.admin.document.ValueRules.someOf;
import static java.util.stream.Collectors.joining;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.tollgate.admin.document.ValueRule;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.MatchResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * Patterns of the {@code User-Agent} header: regular expressions of RE2's dialect, searched for in
 * time linear in the header. Linear with a factor, the size of the compiled pattern: so that is
 * bounded too.
 */
final class UserAgents {
  private static final int MAX_LENGTH = 4_096;
  private static final int MAX_PROGRAM = 5_000;
  private static final int MAX_PREFIXES = 100;

  /** Parentheses that a recursive parser takes without running out of stack. */
  private static final int MAX_GROUPS = 200;

  /**
   * The product of all counted repetitions. Nested, they multiply: {@code ((x{100}){100}){100}}
   * would fill the memory before its size could be seen.
   */
  private static final long MAX_REPETITIONS = 1_000;

  private static final java.util.regex.Pattern REPETITION =
      java.util.regex.Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?}");

  private UserAgents() {}

  /** An expression that RE2 takes and that is small when compiled. */
  static ValueRule pattern() {
    return canonical(
        text -> isUsable(text) ? Optional.of(text) : Optional.empty(),
        "must be a regular expression of RE2 syntax, and a small one");
  }

  private static boolean isUsable(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_LENGTH
        && text.chars().noneMatch(c -> c < ' ' || Character.isSurrogate((char) c))
        && text.chars().filter(c -> c == '(').count() <= MAX_GROUPS
        && repetitions(text) <= MAX_REPETITIONS
        && compilesSmall(text);
  }

  private static long repetitions(String text) {
    return REPETITION
        .matcher(text)
        .results()
        .mapToLong(UserAgents::repetitions)
        .reduce(1, (a, b) -> Math.min(a * b, MAX_REPETITIONS + 1));
  }

  private static long repetitions(MatchResult counts) {
    String upper = counts.group(2);
    long most = Long.parseLong(upper == null || upper.isEmpty() ? counts.group(1) : upper);
    return Math.max(1, Math.min(most, MAX_REPETITIONS + 1));
  }

  private static boolean compilesSmall(String text) {
    try {
      return Pattern.compile(text).programSize() <= MAX_PROGRAM;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  /** What the short form is: 1 to 100 literal beginnings, in which {@code *} is any text. */
  static ValueRule prefixes() {
    return someOf(MAX_PREFIXES, line(256));
  }

  /** The one expression that finds what begins with one of the prefixes. */
  static JsonNode toPattern(JsonNode prefixes) {
    return StringNode.valueOf(
        prefixes
            .valueStream()
            .map(JsonNode::asString)
            .distinct()
            .map(UserAgents::quoted)
            .collect(joining("|", "^(?:", ")")));
  }

  // what follows a prefix is any text anyway
  private static String quoted(String prefix) {
    String text = prefix.replaceFirst("\\*+$", "");
    return Arrays.stream(text.split("\\*", -1)).map(Pattern::quote).collect(joining(".*"));
  }
}
