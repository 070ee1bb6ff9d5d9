package dev.tollgate.admin.document;

import dev.tollgate.admin.problem.FieldError;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** JSON with single quotes, and readings of it. */
public final class Documents {
  public static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Documents() {}

  public static JsonNode json(String text) {
    return MAPPER.readTree(text.replace('\'', '"'));
  }

  /** A document whose only members are a name and the value at the path. */
  public static ObjectNode named(String path, JsonNode value) {
    ObjectNode document = MAPPER.createObjectNode().put("name", "k");
    ObjectNode block = document;
    List<String> segments = Field.segments(path);
    for (String segment : segments.subList(0, segments.size() - 1)) {
      block = block.putObject(segment);
    }
    block.set(segments.getLast(), value);
    return document;
  }

  public static ObjectNode accepted(Reading reading) {
    return switch (reading) {
      case Reading.Accepted(ObjectNode document) ->
          // as it is written: an int and a long of one value are different nodes
          (ObjectNode) MAPPER.readTree(document.toString());
      case Reading.Refused(List<FieldError> errors) ->
          throw new AssertionError("refused: " + errors);
    };
  }

  public static List<FieldError> errors(Reading reading) {
    return switch (reading) {
      case Reading.Accepted(ObjectNode document) ->
          throw new AssertionError("accepted: " + document);
      case Reading.Refused(List<FieldError> errors) -> errors;
    };
  }

  /** As {@code /pointer code}, in order. */
  public static List<String> found(Reading reading) {
    return errors(reading).stream().map(error -> error.pointer() + " " + error.code()).toList();
  }
}
