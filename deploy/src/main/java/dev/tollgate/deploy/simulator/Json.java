package dev.tollgate.deploy.simulator;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Documents as ordered maps: a fixture that is read top to bottom, as it goes over the wire. */
final class Json {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /**
   * @param pairs names and values in turn
   * @throws ClassCastException when a name is not a string
   */
  static Map<String, @Nullable Object> object(@Nullable Object... pairs) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      object.put((String) java.util.Objects.requireNonNull(pairs[i]), pairs[i + 1]);
    }
    return object;
  }

  static byte[] bytes(Object document) {
    return MAPPER.writeValueAsBytes(document);
  }

  static String text(Object document) {
    return new String(bytes(document), StandardCharsets.UTF_8);
  }

  /**
   * @throws tools.jackson.core.JacksonException when it is not JSON
   */
  static JsonNode read(byte[] document) {
    return MAPPER.readTree(document);
  }

  /** An event without a name, as OpenAI's chat and Gemini send. */
  static String event(Object document) {
    return "data: " + text(document) + "\n\n";
  }

  /** An event with a name, as Anthropic and OpenAI's responses send. */
  static String event(String name, Object document) {
    return "event: " + name + "\n" + event(document);
  }
}
