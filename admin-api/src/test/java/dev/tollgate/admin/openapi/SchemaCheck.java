package dev.tollgate.admin.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Compares JSON with the schemas of an OpenAPI document, as far as these go. */
final class SchemaCheck {
  private final JsonNode document;

  SchemaCheck(JsonNode document) {
    this.document = document;
  }

  JsonNode resolved(JsonNode schema) {
    return schema.has("$ref")
        ? resolved(document.at(schema.path("$ref").asString().substring(1)))
        : schema;
  }

  /** The names of what an object of this schema may have. */
  Set<String> properties(JsonNode schema) {
    return new TreeSet<>(resolved(schema).path("properties").propertyNames());
  }

  /** What of a value the schema does not say. */
  List<String> differences(JsonNode schema, JsonNode value) {
    List<String> found = new ArrayList<>();
    compare(resolved(schema), value, "", found);
    return found;
  }

  private void compare(JsonNode schema, JsonNode value, String at, List<String> found) {
    Set<String> types = types(schema);
    if (!types.isEmpty() && !value.isNull() && !types.contains(typeOf(value, types))) {
      found.add(at + " is " + typeOf(value, types) + ", not " + types);
    }
    if (value.isObject() && schema.has("properties")) {
      compareMembers(schema, value, at, found);
    }
    if (value.isArray() && schema.has("items")) {
      value.forEach(item -> compare(resolved(schema.path("items")), item, at + "/-", found));
    }
  }

  private void compareMembers(JsonNode schema, JsonNode value, String at, List<String> found) {
    schema
        .path("required")
        .valueStream()
        .map(JsonNode::asString)
        .filter(name -> !value.has(name))
        .forEach(name -> found.add(at + "/" + name + " is missing"));
    JsonNode others = schema.path("additionalProperties");
    value.forEachEntry((name, member) -> {
      JsonNode described = schema.path("properties").path(name);
      if (!described.isMissingNode()) {
        compare(resolved(described), member, at + "/" + name, found);
      } else if (others.isObject()) {
        compare(resolved(others), member, at + "/" + name, found);
      } else {
        found.add(at + "/" + name + " is not described");
      }
    });
  }

  private static Set<String> types(JsonNode schema) {
    JsonNode type = schema.path("type");
    Set<String> types = new TreeSet<>();
    if (type.isString()) {
      types.add(type.asString());
    }
    type.valueStream().map(JsonNode::asString).forEach(types::add);
    return types;
  }

  private static String typeOf(JsonNode value, Set<String> wanted) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case NUMBER -> value.isIntegralNumber() && wanted.contains("integer") ? "integer" : "number";
      default -> "nothing";
    };
  }
}
