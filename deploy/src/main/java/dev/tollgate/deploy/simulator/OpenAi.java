package dev.tollgate.deploy.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** OpenAI's endpoints, and the same under Azure's paths. */
final class OpenAi {

  /** Every object claims to have been made then, so that two answers can be compared. */
  static final long CREATED = 1_790_000_000L;

  private static final Pattern SERVED =
      Pattern.compile(
          "/v1/(chat/completions|completions|embeddings|responses|models|images|audio|moderations"
              + "|files|batches)(/.*)?");

  private static final List<String> MODELS =
      List.of("gpt-4o", "gpt-4o-mini", "gpt-5-mini", "text-embedding-3-small", "whisper-1");

  private final AtomicLong ids = new AtomicLong();
  private final OpenAiResponses responses = new OpenAiResponses(this::nextId);
  private final OpenAiFiles files = new OpenAiFiles(this::nextId);

  static boolean serves(String path) {
    return SERVED.matcher(path).matches();
  }

  Answer answer(RecordedRequest request, String path) {
    String resource = path.substring("/v1/".length());
    if (resource.startsWith("models")) {
      return models(resource);
    }
    if (resource.startsWith("files") || resource.startsWith("batches")) {
      return files.answer(request, resource);
    }
    if (resource.startsWith("responses/")) {
      return responses.stored(request.method(), resource.substring("responses/".length()));
    }
    if (resource.startsWith("audio/trans")) {
      return OpenAiMedia.transcription(request);
    }
    return request.method().equals("POST")
        ? generated(resource, Json.read(request.body()))
        : notFound();
  }

  private Answer generated(String resource, JsonNode document) {
    Prompt prompt = Prompt.of(document);
    return switch (resource) {
      case "chat/completions" -> new OpenAiChat(prompt, nextId("chatcmpl-")).answer();
      case "completions" -> OpenAiCompletions.answer(prompt, nextId("cmpl-"));
      case "embeddings" -> OpenAiEmbeddings.answer(prompt);
      case "responses" -> responses.create(prompt);
      case "images/generations" -> OpenAiMedia.image(prompt);
      case "audio/speech" -> OpenAiMedia.speech(prompt);
      case "moderations" -> OpenAiMedia.moderation(prompt, nextId("modr-"));
      default -> notFound();
    };
  }

  static Answer notFound() {
    return ProviderProtocol.OPENAI.error(404, "invalid_request_error", "No such thing here.");
  }

  static Map<String, @Nullable Object> usage(Tokens tokens) {
    return Json.object(
        "prompt_tokens", tokens.input(),
        "completion_tokens", tokens.output(),
        "total_tokens", tokens.total(),
        "prompt_tokens_details", Json.object("cached_tokens", tokens.cached()),
        "completion_tokens_details", Json.object("reasoning_tokens", tokens.reasoning()));
  }

  private static Answer models(String resource) {
    List<Object> all = new ArrayList<>();
    MODELS.forEach(id -> all.add(model(id)));
    if (resource.equals("models")) {
      return Answer.json(200, Json.object("object", "list", "data", all));
    }
    String wanted = resource.substring("models/".length());
    return MODELS.contains(wanted) ? Answer.json(200, model(wanted)) : notFound();
  }

  private static Map<String, @Nullable Object> model(String id) {
    return Json.object("id", id, "object", "model", "created", CREATED, "owned_by", "simulator");
  }

  private String nextId(String prefix) {
    return prefix + "sim" + ids.incrementAndGet();
  }
}
