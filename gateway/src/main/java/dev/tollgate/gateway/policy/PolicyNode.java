package dev.tollgate.gateway.policy;

import dev.tollgate.gateway.policy.PolicyDocuments.UnknownRestrictionException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * An object of a policy document while it is compiled. It notes which members were read, so that
 * what no rule has read is refused at the end instead of being passed over: there is no second list
 * of known names that could differ from what is enforced.
 */
final class PolicyNode {

  private static final int MILLIONTHS_DIGITS = 6;

  private final JsonNode object;
  private final String path;
  private final Map<String, @Nullable PolicyNode> read = new HashMap<>();

  private PolicyNode(JsonNode object, String path) {
    // Another form would have no members, and so restrict nothing.
    if (!object.isObject() && !object.isMissingNode()) {
      throw new UnknownRestrictionException(path);
    }
    this.object = object;
    this.path = path;
  }

  /**
   * The root of a document.
   *
   * @throws UnknownRestrictionException if it is no object
   */
  static PolicyNode document(JsonNode document) {
    if (document.isMissingNode()) {
      throw new UnknownRestrictionException("the document is empty");
    }
    return new PolicyNode(document, "");
  }

  /** A document that says nothing. */
  static PolicyNode silent() {
    return new PolicyNode(MissingNode.getInstance(), "");
  }

  /** A member that is an object; one without members if it is not there. */
  PolicyNode object(String name) {
    PolicyNode known = read.get(name);
    if (known == null) {
      known = new PolicyNode(object.path(name), pathOf(name));
      read.put(name, known);
    }
    return known;
  }

  /** A list of texts, or null if it is not there; an empty list is one. */
  @Nullable List<String> texts(String name) {
    JsonNode array = value(name);
    if (array.isMissingNode()) {
      return null;
    }
    if (!array.isArray()) {
      throw unreadable(name);
    }
    List<String> values = new ArrayList<>();
    for (JsonNode value : array) {
      if (!value.isString()) {
        throw unreadable(name);
      }
      values.add(value.stringValue());
    }
    return values;
  }

  /**
   * A list of texts, each read by {@code parser}, or null if it is not there.
   *
   * @param parser throws {@link RuntimeException} for what it cannot read
   */
  <T> @Nullable List<T> texts(String name, Function<String, T> parser) {
    List<String> texts = texts(name);
    return texts == null ? null : texts.stream().map(text -> parsed(name, text, parser)).toList();
  }

  /**
   * A text read by {@code parser}, or null if it is not there or null.
   *
   * @param parser throws {@link RuntimeException} for what it cannot read
   */
  <T> @Nullable T text(String name, Function<String, T> parser) {
    String text = text(name);
    return text == null ? null : parsed(name, text, parser);
  }

  private <T> T parsed(String name, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (RuntimeException e) {
      throw unreadable(name);
    }
  }

  /** A flag, or null if it is not there. */
  @Nullable Boolean flag(String name) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isBoolean()) {
      throw unreadable(name);
    }
    return value.booleanValue();
  }

  /** Whether a flag is there and true. */
  boolean isTrue(String name) {
    return Boolean.TRUE.equals(flag(name));
  }

  /** Whether a flag is there and false. */
  boolean isFalse(String name) {
    return Boolean.FALSE.equals(flag(name));
  }

  /** A text, or null if it is not there or null. */
  @Nullable String text(String name) {
    JsonNode value = value(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw unreadable(name);
    }
    return value.stringValue();
  }

  /** A whole number, or null if it is not there. */
  @Nullable Long number(String name) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw unreadable(name);
    }
    return value.longValue();
  }

  /**
   * A decimal number in millionths, or null if it is not there: dollars come out as micro-dollars.
   */
  @Nullable Long millionths(String name) {
    JsonNode value = value(name);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isNumber()) {
      throw unreadable(name);
    }
    try {
      return value.decimalValue().movePointRight(MILLIONTHS_DIGITS).longValueExact();
    } catch (ArithmeticException e) {
      throw unreadable(name);
    }
  }

  /** Every member, each an object, read by {@code reader}. */
  <T> Map<String, T> objects(Function<PolicyNode, T> reader) {
    Map<String, T> values = new LinkedHashMap<>();
    for (String name : object.propertyNames()) {
      values.put(name, reader.apply(object(name)));
    }
    return Collections.unmodifiableMap(values);
  }

  /** Notes members that restrict nothing, or that stand in columns of their own. */
  void passOver(Iterable<String> names) {
    names.forEach(name -> read.put(name, null));
  }

  /**
   * To be called when all rules have been compiled.
   *
   * @throws UnknownRestrictionException if there is a member, at any depth, that none has read
   */
  void refuseUnread() {
    for (String name : object.propertyNames()) {
      if (!read.containsKey(name)) {
        throw unreadable(name);
      }
      PolicyNode child = read.get(name);
      if (child != null) {
        child.refuseUnread();
      }
    }
  }

  private JsonNode value(String name) {
    read.put(name, null);
    return object.path(name);
  }

  private UnknownRestrictionException unreadable(String name) {
    return new UnknownRestrictionException(pathOf(name));
  }

  private String pathOf(String name) {
    return path + "/" + name;
  }
}
