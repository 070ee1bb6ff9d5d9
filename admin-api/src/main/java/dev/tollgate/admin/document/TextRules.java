package dev.tollgate.admin.document;

import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Rules for texts that a parser of the feature understands. */
public final class TextRules {

  private TextRules() {}

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
