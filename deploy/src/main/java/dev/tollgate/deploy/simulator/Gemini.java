package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Gemini's endpoints: the model and the operation stand in the path. */
final class Gemini {

  private static final Pattern OPERATION = Pattern.compile("/v1beta/models/([^/:]+):([A-Za-z]+)");
  private static final String MODEL = "gemini-2.5-flash";

  private Gemini() {}

  static @Nullable String modelOf(String path) {
    Matcher operation = OPERATION.matcher(path);
    return operation.matches() ? operation.group(1) : null;
  }

  static Answer answer(RecordedRequest request, String path) {
    if (path.equals("/v1beta/models")) {
      return Answer.json(200, Json.object("models", List.of(model())));
    }
    if (path.equals("/v1beta/models/" + MODEL)) {
      return Answer.json(200, model());
    }
    Matcher operation = OPERATION.matcher(path);
    if (!operation.matches() || !request.method().equals("POST")) {
      return ProviderProtocol.GEMINI.error(404, "NOT_FOUND", "No such thing here.");
    }
    Prompt prompt = Prompt.of(Json.read(request.body()), operation.group(1));
    return switch (operation.group(2)) {
      case "generateContent" -> new GeminiContent(prompt).whole();
      case "streamGenerateContent" -> streamed(new GeminiContent(prompt), request);
      case "countTokens" -> Answer.json(200, Json.object("totalTokens", prompt.inputTokens()));
      case "embedContent" -> embedding(List.of(prompt.document()), "embedding");
      case "batchEmbedContents" ->
          embedding(
              new ArrayList<>(prompt.document().path("requests").valueStream().toList()),
              "embeddings");
      default -> ProviderProtocol.GEMINI.error(404, "NOT_FOUND", "No such operation.");
    };
  }

  private static Answer streamed(GeminiContent content, RecordedRequest request) {
    boolean events = List.of(request.query().split("&", -1)).contains("alt=sse");
    return events ? content.events() : content.array();
  }

  private static Answer embedding(List<JsonNode> inputs, String field) {
    List<Map<String, @Nullable Object>> vectors = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      vectors.add(Json.object("values", OpenAiEmbeddings.vector(i, 8)));
    }
    Object value = field.equals("embedding") ? vectors.getFirst() : vectors;
    return Answer.json(200, Json.object(field, value));
  }

  private static Map<String, @Nullable Object> model() {
    return Json.object(
        "name",
        "models/" + MODEL,
        "displayName",
        "Simulated",
        "supportedGenerationMethods",
        List.of("generateContent", "countTokens"));
  }
}
