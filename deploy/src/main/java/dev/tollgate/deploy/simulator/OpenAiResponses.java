package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** {@code /v1/responses}, streamed or not, and what was stored by it. */
final class OpenAiResponses {

  private static final int CAPACITY = 200;

  private final UnaryOperator<String> ids;
  private final Map<String, Map<String, @Nullable Object>> stored = new LinkedHashMap<>();

  OpenAiResponses(UnaryOperator<String> ids) {
    this.ids = ids;
  }

  Answer create(Prompt prompt) {
    String id = ids.apply("resp_");
    List<String> words = SampleText.words(prompt.words("/max_output_tokens"));
    Tokens tokens = prompt.model().tokens(prompt.inputTokens(), words.size());
    Map<String, @Nullable Object> done = response(prompt, id, "completed");
    done.put("output", List.of(message(String.join("", words), "completed")));
    done.put("usage", usage(tokens));
    store(id, done);
    Answer answer = prompt.streamed() ? streamed(prompt, id, words, done) : whole(done, tokens);
    return answer.counting(tokens.input());
  }

  synchronized Answer stored(String method, String resource) {
    String id = resource.replaceFirst("/.*", "");
    Map<String, @Nullable Object> response = stored.get(id);
    if (response == null) {
      return OpenAi.notFound();
    }
    if (method.equals("DELETE")) {
      stored.remove(id);
      return Answer.json(200, Json.object("id", id, "object", "response", "deleted", true));
    }
    return Answer.json(200, response);
  }

  private synchronized void store(String id, Map<String, @Nullable Object> response) {
    if (stored.size() == CAPACITY) {
      stored.remove(stored.keySet().iterator().next());
    }
    stored.put(id, response);
  }

  private static Answer whole(Map<String, @Nullable Object> done, Tokens tokens) {
    Answer answer = Answer.json(200, done);
    return answer.withFrames(List.of(new Frame(answer.body(), tokens.output())));
  }

  private static Answer streamed(
      Prompt prompt, String id, List<String> words, Map<String, @Nullable Object> done) {
    Map<String, @Nullable Object> begun = response(prompt, id, "in_progress");
    String text = String.join("", words);
    Events events = new Events();
    events.add("response.created", 0, "response", begun);
    events.add("response.in_progress", 0, "response", begun);
    events.add(
        "response.output_item.added", 0, "output_index", 0, "item", message("", "in_progress"));
    events.addPart("response.content_part.added", 0, "part", part(""));
    words.forEach(word -> events.addPart("response.output_text.delta", 1, "delta", word));
    events.addPart("response.output_text.done", 0, "text", text);
    events.addPart("response.content_part.done", 0, "part", part(text));
    events.add(
        "response.output_item.done", 0, "output_index", 0, "item", message(text, "completed"));
    events.add("response.completed", 0, "response", done);
    return Answer.events(events.frames);
  }

  private static Map<String, @Nullable Object> response(Prompt prompt, String id, String status) {
    return Json.object(
        "id",
        id,
        "object",
        "response",
        "created_at",
        OpenAi.CREATED,
        "status",
        status,
        "error",
        null,
        "incomplete_details",
        null,
        "instructions",
        null,
        "metadata",
        Json.object(),
        "model",
        prompt.model().name(),
        "output",
        List.of(),
        "parallel_tool_calls",
        true,
        "temperature",
        1.0,
        "tool_choice",
        "auto",
        "tools",
        List.of(),
        "top_p",
        1.0,
        "usage",
        null);
  }

  private static Map<String, @Nullable Object> message(String text, String status) {
    List<Object> content = text.isEmpty() ? List.of() : List.of(part(text));
    return Json.object(
        "id", "msg_sim1",
        "type", "message",
        "status", status,
        "role", "assistant",
        "content", content);
  }

  private static Map<String, @Nullable Object> part(String text) {
    return Json.object("type", "output_text", "text", text, "annotations", List.of());
  }

  private static Map<String, @Nullable Object> usage(Tokens tokens) {
    return Json.object(
        "input_tokens", tokens.input(),
        "input_tokens_details", Json.object("cached_tokens", tokens.cached()),
        "output_tokens", tokens.output(),
        "output_tokens_details", Json.object("reasoning_tokens", tokens.reasoning()),
        "total_tokens", tokens.total());
  }

  /** Numbers the events in turn. */
  private static final class Events {
    private final List<Frame> frames = new ArrayList<>();

    void add(String type, int tokens, @Nullable Object... fields) {
      Map<String, @Nullable Object> event =
          Json.object("type", type, "sequence_number", frames.size());
      event.putAll(Json.object(fields));
      frames.add(Frame.of(Json.event(type, event), tokens));
    }

    void addPart(String type, int tokens, String field, Object value) {
      add(type, tokens, "item_id", "msg_sim1", "output_index", 0, "content_index", 0, field, value);
    }
  }
}
