package dev.tollgate.admin.document;

import dev.tollgate.admin.problem.FieldError;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON Schema of what a reader takes, found by asking its rules: which types of values each lets
 * through, and what it says of one that is wrong. So it cannot say otherwise than the rules do;
 * fields that this version refuses are not in it.
 */
public final class DocumentSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** One value of each type but null, which in every place means that nothing is said. */
  private static final Map<String, JsonNode> SAMPLES = samples();

  /** Values that hardly any rule takes. */
  private static final List<JsonNode> WRONG =
      List.of(
          JSON.stringNode("\0"),
          JSON.numberNode(-1),
          JSON.arrayNode().add("\0"),
          JSON.arrayNode().add(-1));

  private final boolean shortForms;

  private DocumentSchema(boolean shortForms) {
    this.shortForms = shortForms;
  }

  /** Of what is written: long and short forms. */
  public static ObjectNode ofWritten(DocumentShape shape) {
    return new DocumentSchema(true).block(shape.root());
  }

  /** Of what is shown: the long form alone. */
  public static ObjectNode ofShown(DocumentShape shape) {
    return new DocumentSchema(false).block(shape.root());
  }

  private static Map<String, JsonNode> samples() {
    Map<String, JsonNode> samples = new LinkedHashMap<>();
    samples.put("string", JSON.stringNode("x"));
    samples.put("integer", JSON.numberNode(1));
    samples.put("number", JSON.numberNode(new BigDecimal("0.5")));
    samples.put("boolean", JSON.booleanNode(true));
    samples.put("array", JSON.arrayNode());
    samples.put("object", JSON.objectNode());
    return samples;
  }

  private ObjectNode block(Place.Block block) {
    ObjectNode schema = JSON.objectNode();
    ArrayNode types = schema.putArray("type").add("object").add("null");
    if (shortForms && block.listForm() != null) {
      types.add("array");
    }
    ObjectNode properties = JSON.objectNode();
    block.members().forEach((name, place) -> put(properties, name, place));
    JsonNode others = properties.remove("*");
    schema.set("properties", properties);
    schema.set("additionalProperties", others == null ? JSON.booleanNode(false) : others);
    return schema;
  }

  private void put(ObjectNode properties, String name, Place place) {
    switch (place) {
      case Place.Leaf(Field field) -> {
        if (field.enforced()) {
          properties.set(name, leaf(field.rule()));
        }
      }
      case Place.Alias(ShortForm form) -> {
        if (shortForms) {
          properties.putObject(name).put("description", "short for " + form.target());
        }
      }
      case Place.Block block -> {
        ObjectNode schema = block(block);
        if (!schema.path("properties").isEmpty()
            || schema.path("additionalProperties").isObject()) {
          properties.set(name, schema);
        }
      }
    }
  }

  private static ObjectNode leaf(ValueRule rule) {
    ObjectNode schema = JSON.objectNode();
    List<String> types = new ArrayList<>(types(rule, false));
    types.add("null");
    schema.set("type", texts(types));
    if (types.contains("array")) {
      schema.putObject("items").set("type", texts(types(rule, true)));
    }
    WRONG.stream()
        .flatMap(wrong -> errors(rule, wrong).stream())
        .filter(error -> error.code().equals(ErrorCodes.INVALID_VALUE))
        .findFirst()
        .ifPresent(error -> schema.put("description", error.message()));
    return schema;
  }

  private static ArrayNode texts(List<String> types) {
    ArrayNode texts = JSON.arrayNode();
    types.forEach(texts::add);
    return texts;
  }

  private static List<String> types(ValueRule rule, boolean inList) {
    return SAMPLES.entrySet().stream()
        .filter(sample -> takes(rule, sample.getValue(), inList))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean takes(ValueRule rule, JsonNode sample, boolean inList) {
    JsonNode value = inList ? JSON.arrayNode().add(sample) : sample;
    String pointer = inList ? "/0" : "";
    return errors(rule, value).stream()
        .noneMatch(error ->
            error.pointer().equals(pointer) && error.code().equals(ErrorCodes.INVALID_TYPE));
  }

  private static List<FieldError> errors(ValueRule rule, JsonNode value) {
    Findings findings = new Findings();
    var _ = rule.read(value, At.root(findings, Instant.EPOCH));
    return findings.errors();
  }
}
