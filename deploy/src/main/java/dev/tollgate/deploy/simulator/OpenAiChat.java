package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One answer of {@code /v1/chat/completions}. */
final class OpenAiChat {

  private static final String DONE = "data: [DONE]\n\n";

  private final Prompt prompt;
  private final String id;
  private final List<String> words;
  private final Tokens tokens;

  OpenAiChat(Prompt prompt, String id) {
    this.prompt = prompt;
    this.id = id;
    this.words = SampleText.words(prompt.words("/max_completion_tokens", "/max_tokens"));
    this.tokens = prompt.model().tokens(prompt.inputTokens(), words.size());
  }

  Answer answer() {
    Answer answer = prompt.streamed() ? Answer.events(chunks()) : whole();
    return answer.counting(tokens.input());
  }

  private Answer whole() {
    Map<String, @Nullable Object> document = envelope("chat.completion");
    document.put(
        "choices",
        List.of(
            Json.object(
                "index",
                0,
                "message",
                message(),
                "logprobs",
                null,
                "finish_reason",
                finishReason())));
    document.put("usage", OpenAi.usage(tokens));
    Answer answer = Answer.json(200, document);
    return answer.withFrames(List.of(new Frame(answer.body(), tokens.output())));
  }

  private Map<String, @Nullable Object> message() {
    if (callsTool()) {
      return Json.object(
          "role", "assistant", "content", null, "tool_calls", List.of(toolCall(arguments())));
    }
    return Json.object("role", "assistant", "content", String.join("", words), "refusal", null);
  }

  private List<Frame> chunks() {
    List<Frame> chunks = new ArrayList<>();
    chunks.add(chunk(Json.object("role", "assistant", "content", ""), null, 0));
    if (callsTool()) {
      toolChunks(chunks);
    } else {
      words.forEach(word -> chunks.add(chunk(Json.object("content", word), null, 1)));
    }
    chunks.add(chunk(Json.object(), finishReason(), 0));
    if (wantsUsage()) {
      Map<String, @Nullable Object> last = envelope("chat.completion.chunk");
      last.put("choices", List.of());
      last.put("usage", OpenAi.usage(tokens));
      chunks.add(Frame.of(Json.event(last)));
    }
    chunks.add(Frame.of(DONE));
    return chunks;
  }

  private void toolChunks(List<Frame> chunks) {
    Map<String, @Nullable Object> first = toolCall("");
    first.put("index", 0);
    chunks.add(chunk(Json.object("tool_calls", List.of(first)), null, 1));
    for (String part : arguments().split("(?<=:)", -1)) {
      Map<String, @Nullable Object> call =
          Json.object("index", 0, "function", Json.object("arguments", part));
      chunks.add(chunk(Json.object("tool_calls", List.of(call)), null, 1));
    }
  }

  private Frame chunk(Map<String, @Nullable Object> delta, @Nullable String finish, int generated) {
    Map<String, @Nullable Object> document = envelope("chat.completion.chunk");
    document.put(
        "choices",
        List.of(
            Json.object("index", 0, "delta", delta, "logprobs", null, "finish_reason", finish)));
    if (wantsUsage()) {
      document.put("usage", null);
    }
    return Frame.of(Json.event(document), generated);
  }

  private Map<String, @Nullable Object> envelope(String object) {
    return Json.object(
        "id",
        id,
        "object",
        object,
        "created",
        OpenAi.CREATED,
        "model",
        prompt.model().name(),
        "system_fingerprint",
        "fp_sim");
  }

  private String finishReason() {
    if (callsTool()) {
      return "tool_calls";
    }
    return prompt.bounded(words.size()) ? "length" : "stop";
  }

  private boolean wantsUsage() {
    return prompt.document().at("/stream_options/include_usage").asBoolean(false);
  }

  /** A tool is called once: when its result is among the messages, the model speaks. */
  private boolean callsTool() {
    JsonNode messages = prompt.document().path("messages");
    boolean answered =
        messages
            .valueStream()
            .anyMatch(message -> message.path("role").asString("").equals("tool"));
    return !prompt.document().path("tools").isEmpty() && !answered;
  }

  private Map<String, @Nullable Object> toolCall(String arguments) {
    String name = prompt.document().at("/tools/0/function/name").asString("tool");
    return Json.object(
        "id", "call_sim1",
        "type", "function",
        "function", Json.object("name", name, "arguments", arguments));
  }

  private String arguments() {
    return ToolArguments.forSchema(prompt.document().at("/tools/0/function/parameters"));
  }
}
