package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One answer of {@code /v1/messages}. */
final class AnthropicMessages {

  private final Prompt prompt;
  private final String id;
  private final List<String> words;
  private final Tokens tokens;

  AnthropicMessages(Prompt prompt, String id) {
    this.prompt = prompt;
    this.id = id;
    this.words = SampleText.words(prompt.words("/max_tokens"));
    this.tokens = prompt.model().tokens(prompt.inputTokens(), words.size());
  }

  static Answer countTokens(Prompt prompt) {
    return Answer.json(200, Json.object("input_tokens", prompt.inputTokens()));
  }

  Answer answer() {
    Answer answer = prompt.streamed() ? Answer.events(events()) : whole();
    return answer.counting(tokens.input());
  }

  private Answer whole() {
    Answer answer =
        Answer.json(200, message(List.of(content()), stopReason(), usage(tokens.output())));
    return answer.withFrames(List.of(new Frame(answer.body(), tokens.output())));
  }

  private Map<String, @Nullable Object> content() {
    return callsTool()
        ? toolUse(ToolArguments.valuesFor(prompt.document().at("/tools/0/input_schema")))
        : Json.object("type", "text", "text", String.join("", words));
  }

  private List<Frame> events() {
    List<Frame> events = new ArrayList<>();
    add(events, 0, "message_start", "message", message(List.of(), null, usage(1)));
    Map<String, @Nullable Object> block =
        callsTool() ? toolUse(Json.object()) : Json.object("type", "text", "text", "");
    add(events, 0, "content_block_start", "index", 0, "content_block", block);
    add(events, 0, "ping");
    deltas().forEach(delta -> add(events, 1, "content_block_delta", "index", 0, "delta", delta));
    add(events, 0, "content_block_stop", "index", 0);
    Map<String, @Nullable Object> end =
        Json.object("stop_reason", stopReason(), "stop_sequence", null);
    Map<String, @Nullable Object> total = Json.object("output_tokens", tokens.output());
    add(events, 0, "message_delta", "delta", end, "usage", total);
    add(events, 0, "message_stop");
    return events;
  }

  private List<Map<String, @Nullable Object>> deltas() {
    List<Map<String, @Nullable Object>> deltas = new ArrayList<>();
    if (callsTool()) {
      String json = ToolArguments.forSchema(prompt.document().at("/tools/0/input_schema"));
      for (String part : json.split("(?<=:)", -1)) {
        deltas.add(Json.object("type", "input_json_delta", "partial_json", part));
      }
    } else {
      words.forEach(word -> deltas.add(Json.object("type", "text_delta", "text", word)));
    }
    return deltas;
  }

  private static void add(
      List<Frame> events, int generated, String type, @Nullable Object... fields) {
    Map<String, @Nullable Object> event = Json.object("type", type);
    event.putAll(Json.object(fields));
    events.add(Frame.of(Json.event(type, event), generated));
  }

  private Map<String, @Nullable Object> message(
      List<?> content, @Nullable String stopReason, Map<String, @Nullable Object> usage) {
    return Json.object(
        "id",
        id,
        "type",
        "message",
        "role",
        "assistant",
        "model",
        prompt.model().name(),
        "content",
        content,
        "stop_reason",
        stopReason,
        "stop_sequence",
        null,
        "usage",
        usage);
  }

  /** Anthropic's input_tokens leave out what came from the cache. */
  private Map<String, @Nullable Object> usage(int outputTokens) {
    return Json.object(
        "input_tokens",
        tokens.input() - tokens.cached(),
        "cache_creation_input_tokens",
        0,
        "cache_read_input_tokens",
        tokens.cached(),
        "output_tokens",
        outputTokens);
  }

  private String stopReason() {
    if (callsTool()) {
      return "tool_use";
    }
    return prompt.bounded(words.size()) ? "max_tokens" : "end_turn";
  }

  private boolean callsTool() {
    JsonNode messages = prompt.document().path("messages");
    boolean answered = messages.toString().contains("\"tool_result\"");
    return !prompt.document().path("tools").isEmpty() && !answered;
  }

  private Map<String, @Nullable Object> toolUse(Map<String, @Nullable Object> input) {
    String name = prompt.document().at("/tools/0/name").asString("tool");
    return Json.object("type", "tool_use", "id", "toolu_sim1", "name", name, "input", input);
  }
}
