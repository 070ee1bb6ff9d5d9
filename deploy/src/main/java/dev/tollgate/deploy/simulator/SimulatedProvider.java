package dev.tollgate.deploy.simulator;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Which answer a request gets; knows nothing of sockets. */
final class SimulatedProvider {

  private static final Pattern AZURE = Pattern.compile("/openai/(?:deployments/([^/]+)|v1)(/.*)");
  private static final Pattern MODEL_IN_PATH = Pattern.compile("/(sim-[^/]+)");

  private final SimulatorOptions options;
  private final OpenAi openAi = new OpenAi();
  private final AtomicLong messages = new AtomicLong();

  SimulatedProvider(SimulatorOptions options) {
    this.options = options;
  }

  Answer answer(RecordedRequest request) {
    String path = canonicalPath(request.path());
    ProviderProtocol protocol = ProviderProtocol.of(path);
    if (protocol != ProviderProtocol.OTHER && !accepts(protocol.presentedKey(request))) {
      return protocol.error(401, unauthenticated(protocol), "Incorrect API key provided.");
    }
    try {
      Answer answer = rightAnswer(request, path, protocol);
      Answer paced = answer.delivered(answer.delivery().paced(options.pace()));
      return model(request, path).applyTo(paced, protocol);
    } catch (JacksonException e) {
      return protocol.error(400, "invalid_request_error", "We could not parse the JSON body.");
    }
  }

  private boolean accepts(@Nullable String key) {
    return key != null
        && (options.acceptedKeys().isEmpty() || options.acceptedKeys().contains(key));
  }

  private static String unauthenticated(ProviderProtocol protocol) {
    return switch (protocol) {
      case OPENAI, OTHER -> "invalid_api_key";
      case ANTHROPIC -> "authentication_error";
      case GEMINI -> "UNAUTHENTICATED";
    };
  }

  private Answer rightAnswer(RecordedRequest request, String path, ProviderProtocol protocol) {
    return switch (protocol) {
      case OPENAI -> openAi.answer(request, path);
      case ANTHROPIC -> anthropic(request, path);
      case GEMINI -> Gemini.answer(request, path);
      case OTHER -> EchoAnswer.of(request);
    };
  }

  private Answer anthropic(RecordedRequest request, String path) {
    Prompt prompt = Prompt.of(Json.read(request.body()));
    return switch (path) {
      case "/v1/messages" ->
          new AnthropicMessages(prompt, "msg_sim" + messages.incrementAndGet()).answer();
      case "/v1/messages/count_tokens" -> AnthropicMessages.countTokens(prompt);
      default -> ProviderProtocol.ANTHROPIC.error(404, "not_found_error", "No such thing here.");
    };
  }

  /** Azure's paths name the deployment and leave out the version. */
  private static String canonicalPath(String path) {
    Matcher azure = AZURE.matcher(path);
    return azure.matches() ? "/v1" + azure.group(2) : path;
  }

  private static SimulatedModel model(RecordedRequest request, String path) {
    return SimulatedModel.of(Objects.requireNonNullElse(modelName(request, path), ""));
  }

  private static @Nullable String modelName(RecordedRequest request, String path) {
    String gemini = Gemini.modelOf(path);
    if (gemini != null) {
      return gemini;
    }
    Matcher inPath = MODEL_IN_PATH.matcher(request.path());
    if (inPath.find()) {
      return inPath.group(1);
    }
    String type = Objects.requireNonNullElse(request.header("content-type"), "");
    if (type.startsWith("multipart/")) {
      return Multipart.parse(type, request.body()).text("model", "");
    }
    return type.startsWith("application/json") && request.body().length > 0
        ? Json.read(request.body()).path("model").asString("")
        : null;
  }
}
