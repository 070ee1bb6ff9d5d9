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

  /** Read off the text, before anything is compiled: the rough size may be off by a half. */
  private static final long MAX_SIZE = 2L * MAX_PROGRAM;

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
        && PatternSize.of(text) <= MAX_SIZE
        && compilesSmall(text);
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
