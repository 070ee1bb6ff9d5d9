package dev.tollgate.deploy.simulator;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Arguments that fit a tool's JSON schema: a value of the right type for each property. */
final class ToolArguments {

  private ToolArguments() {}

  static Map<String, @Nullable Object> valuesFor(JsonNode schema) {
    Map<String, @Nullable Object> values = Json.object();
    schema
        .path("properties")
        .properties()
        .forEach(property -> values.put(property.getKey(), value(property.getValue())));
    return values;
  }

  static String forSchema(JsonNode schema) {
    return Json.text(valuesFor(schema));
  }

  private static Object value(JsonNode property) {
    return switch (property.path("type").asString("string").toLowerCase(java.util.Locale.ROOT)) {
      case "integer", "number" -> 7;
      case "boolean" -> true;
      case "array" -> java.util.List.of();
      case "object" -> Json.object();
      default -> "Zürich";
    };
  }
}
