package dev.tollgate.admin.document;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Rules for texts that a parser of the feature understands. */
public final class TextRules {

  private static final Pattern ENVIRONMENT = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private TextRules() {}

  /** An environment's name; whether the organization has one is the store's to say. */
  public static ValueRule environmentName() {
    return canonical(matching(ENVIRONMENT), "must be 1 to 64 of A-Z a-z 0-9 _ -");
  }

  /** A form that is kept as it is where the pattern matches all of it. */
  public static Function<String, Optional<String>> matching(Pattern pattern) {
    return text -> pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
  }

  /**
   * A string that is kept in one canonical form, so that two ways to write a value are one value.
   *
   * @param canonical the form that is kept; empty for a text that is no such value
   * @param message what a value must look like; never repeats the value
   */
  public static ValueRule canonical(Function<String, Optional<String>> canonical, String message) {
    return (value, at) ->
        value.isString()
            ? canonical
                .apply(value.stringValue())
                .<JsonNode>map(StringNode::valueOf)
                .orElseGet(() -> at.wrongValue(message))
            : at.wrongType("a string");
  }
}
