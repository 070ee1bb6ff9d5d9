package dev.tollgate.admin.document;

import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * A second way to write a field or a block, which means the same as the long one.
 *
 * @param path where it is written
 * @param target what it means
 * @param excludes what must not be written beside it, since the two would contradict each other
 * @param rule what its value must look like before it is converted
 * @param conversion from the short form's value to the long one's; leaves a value of a wrong type
 *     as it is, so that the target's rule refuses it
 */
public record ShortForm(
    String path,
    String target,
    String excludes,
    ValueRule rule,
    UnaryOperator<JsonNode> conversion) {

  /** A short form whose value the target's rule judges, once it is converted. */
  public ShortForm(
      String path, String target, String excludes, UnaryOperator<JsonNode> conversion) {
    this(path, target, excludes, (value, _) -> value, conversion);
  }

  /** Another way to write one value, which has a rule of its own. */
  public static ShortForm converted(
      String path, String target, ValueRule rule, UnaryOperator<JsonNode> conversion) {
    return new ShortForm(path, target, target, rule, conversion);
  }

  /** Another name for the same value. */
  public static ShortForm alias(String path, String target) {
    return new ShortForm(path, target, target, UnaryOperator.identity());
  }

  /** The same short form elsewhere; it and what it means must stand below {@code from}. */
  public ShortForm moved(String from, String to) {
    return new ShortForm(
        Field.movedPath(path, from, to),
        Field.movedPath(target, from, to),
        Field.movedPath(excludes, from, to),
        rule,
        conversion);
  }

  List<String> segments() {
    return Field.segments(path);
  }

  List<String> targetSegments() {
    return Field.segments(target);
  }
}
