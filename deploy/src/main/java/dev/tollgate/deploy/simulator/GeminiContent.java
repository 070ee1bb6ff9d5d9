package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One answer of Gemini's generateContent, whole, as events or as one JSON array. */
final class GeminiContent {

  private final Prompt prompt;
  private final List<String> words;
  private final Tokens tokens;

  GeminiContent(Prompt prompt) {
    this.prompt = prompt;
    this.words = SampleText.words(prompt.words("/generationConfig/maxOutputTokens"));
    this.tokens = prompt.model().tokens(prompt.inputTokens(), words.size());
  }

  Answer whole() {
    Answer answer =
        Answer.json(200, response(parts(String.join("", words)), finishReason(), words.size()));
    return answer
        .withFrames(List.of(new Frame(answer.body(), tokens.output())))
        .counting(tokens.input());
  }

  Answer events() {
    List<Frame> frames = new ArrayList<>();
    for (Map<String, @Nullable Object> chunk : chunks()) {
      frames.add(Frame.of("data: " + Json.text(chunk) + "\r\n\r\n", 1));
    }
    return Answer.events(frames).counting(tokens.input());
  }

  Answer array() {
    List<Frame> frames = new ArrayList<>();
    String before = "[";
    for (Map<String, @Nullable Object> chunk : chunks()) {
      frames.add(Frame.of(before + Json.text(chunk), 1));
      before = ",\r\n";
    }
    frames.add(Frame.of("]"));
    List<Header> headers = List.of(new Header("content-type", "application/json; charset=UTF-8"));
    return new Answer(200, headers, frames, Delivery.PROMPT, tokens.input());
  }

  private List<Map<String, @Nullable Object>> chunks() {
    List<Map<String, @Nullable Object>> chunks = new ArrayList<>();
    if (callsTool()) {
      chunks.add(response(parts(""), finishReason(), words.size()));
      return chunks;
    }
    for (int i = 0; i < words.size(); i++) {
      boolean last = i == words.size() - 1;
      chunks.add(response(parts(words.get(i)), last ? finishReason() : null, i + 1));
    }
    return chunks;
  }

  private Map<String, @Nullable Object> response(
      List<?> parts, @Nullable String finishReason, int generated) {
    Map<String, @Nullable Object> candidate =
        Json.object("content", Json.object("parts", parts, "role", "model"), "index", 0);
    if (finishReason != null) {
      candidate.put("finishReason", finishReason);
    }
    return Json.object(
        "candidates", List.of(candidate),
        "usageMetadata", usage(generated),
        "modelVersion", prompt.model().name(),
        "responseId", "sim");
  }

  /** Gemini counts thoughts beside the candidates' tokens, not among them. */
  private Map<String, @Nullable Object> usage(int generated) {
    int thoughts = Math.min(tokens.reasoning(), generated);
    Map<String, @Nullable Object> usage =
        Json.object(
            "promptTokenCount",
            tokens.input(),
            "candidatesTokenCount",
            generated - thoughts,
            "totalTokenCount",
            tokens.input() + generated);
    if (thoughts > 0) {
      usage.put("thoughtsTokenCount", thoughts);
    }
    if (tokens.cached() > 0) {
      usage.put("cachedContentTokenCount", tokens.cached());
    }
    return usage;
  }

  private List<?> parts(String text) {
    if (!callsTool()) {
      return List.of(Json.object("text", text));
    }
    JsonNode tool = prompt.document().at("/tools/0/functionDeclarations/0");
    Map<String, @Nullable Object> call =
        Json.object(
            "name", tool.path("name").asString("tool"),
            "args", ToolArguments.valuesFor(tool.path("parameters")));
    return List.of(Json.object("functionCall", call));
  }

  private String finishReason() {
    return prompt.bounded(words.size()) ? "MAX_TOKENS" : "STOP";
  }

  private boolean callsTool() {
    boolean answered =
        prompt.document().path("contents").toString().contains("\"functionResponse\"");
    return !prompt.document().at("/tools/0/functionDeclarations").isEmpty() && !answered;
  }
}
