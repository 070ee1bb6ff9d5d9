package dev.tollgate.deploy.e2e;

import static dev.tollgate.deploy.e2e.PolicyCall.chat;
import static dev.tollgate.deploy.e2e.PolicyCall.chatWithPart;
import static dev.tollgate.deploy.e2e.PolicyCall.get;
import static dev.tollgate.deploy.e2e.PolicyCall.post;
import static java.util.Map.entry;

import dev.tollgate.deploy.e2e.PolicyCase.Decides;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Of {@code permissions.features} and {@code permissions.advanced_features}. */
final class FeatureCases {

  private static final String FEATURES = "/permissions/features/";
  private static final String NO_SUCH_ENDPOINT = "the protocol has no such endpoint";

  static final Map<String, PolicyCase> ALL =
      Map.ofEntries(
          entry(FEATURES + "chat_completion", everywhere(PolicyCall::chat)),
          entry(
              FEATURES + "completions",
              onOpenAi("/v1/completions", "{'model':'sim-plain','prompt':'hi'}")),
          entry(
              FEATURES + "embeddings",
              Decides.on(
                  EnumSet.of(Wire.OPENAI, Wire.GEMINI),
                  NO_SUCH_ENDPOINT,
                  wire -> use(wire, embedding(wire)))),
          entry(
              FEATURES + "images",
              onOpenAi("/v1/images/generations", "{'model':'sim-plain','prompt':'hi'}")),
          entry(
              FEATURES + "audio",
              onOpenAi("/v1/audio/speech", "{'model':'sim-plain','input':'hi','voice':'alloy'}")),
          entry(
              FEATURES + "moderations",
              onOpenAi("/v1/moderations", "{'model':'sim-plain','input':'hi'}")),
          entry(
              FEATURES + "files",
              Decides.onOpenAi(NO_SUCH_ENDPOINT, wire -> use(wire, get(wire, "/v1/files")))),
          entry(
              FEATURES + "realtime",
              Decides.onOpenAi(NO_SUCH_ENDPOINT, wire -> use(wire, webSocket(wire)))),
          entry(FEATURES + "passthrough", everywhere(PolicyCall::passThrough)),
          entry(
              FEATURES + "function_calling",
              everywhere(wire -> chat(wire, ",'tools':[%s]".formatted(function(wire))))),
          entry(FEATURES + "vision", everywhere(wire -> chatWithPart(wire, picture(wire)))),
          entry(FEATURES + "structured_outputs", everywhere(wire -> chat(wire, structured(wire)))),
          entry(FEATURES + "streaming", everywhere(PolicyCall::streamedChat)),
          entry(
              FEATURES + "web_search",
              everywhere(wire -> chat(wire, ",'tools':[%s]".formatted(search(wire))))),
          entry(FEATURES + "prompt_caching", everywhere(wire -> chat(wire, cached(wire)))),
          entry(
              FEATURES + "message_transforms",
              everywhere(wire -> chat(wire, ",'transforms':['middle-out']"))),
          entry(
              "/permissions/advanced_features/batch_processing", everywhere(FeatureCases::batch)));

  private FeatureCases() {}

  private static PolicyCase everywhere(Function<Wire, PolicyCall> using) {
    return Decides.everywhere(wire -> use(wire, using.apply(wire)));
  }

  private static PolicyCase onOpenAi(String path, String body) {
    return Decides.onOpenAi(NO_SUCH_ENDPOINT, wire -> use(wire, post(wire, path, body)));
  }

  /** What uses the feature is refused where it is forbidden; what does not passes there. */
  private static List<PolicyTrial> use(Wire wire, PolicyCall using) {
    PolicyTrial used = PolicyTrial.allows("use", "true", using);
    PolicyTrial forbidden = PolicyTrial.forbids("use", "false", using, "feature_not_allowed");
    boolean anyChat = using.equals(chat(wire));
    return anyChat
        ? List.of(used, forbidden)
        : List.of(used, forbidden, PolicyTrial.allows("no use", "false", chat(wire)));
  }

  private static PolicyCall embedding(Wire wire) {
    return wire == Wire.GEMINI
        ? post(
            wire, "/v1beta/models/sim-plain:embedContent", "{'content':{'parts':[{'text':'hi'}]}}")
        : post(wire, "/v1/embeddings", "{'model':'sim-plain','input':'hi'}");
  }

  private static PolicyCall webSocket(Wire wire) {
    return get(
        wire,
        "/v1/realtime?model=sim-plain",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
  }

  private static String function(Wire wire) {
    return switch (wire) {
      case OPENAI -> "{'type':'function','function':{'name':'f','parameters':{}}}";
      case ANTHROPIC -> "{'name':'f','input_schema':{'type':'object'}}";
      case GEMINI -> "{'functionDeclarations':[{'name':'f'}]}";
    };
  }

  private static String picture(Wire wire) {
    return switch (wire) {
      case OPENAI ->
          "{'type':'image_url','image_url':{'url':'data:image/png;base64,iVBORw0KGgo='}}";
      case ANTHROPIC ->
          "{'type':'image','source':{'type':'url','url':'https://images.example/a.png'}}";
      case GEMINI -> "{'inlineData':{'mimeType':'image/png','data':'iVBORw0KGgo='}}";
    };
  }

  private static String structured(Wire wire) {
    return switch (wire) {
      case OPENAI -> ",'response_format':{'type':'json_object'}";
      case ANTHROPIC -> ",'output_format':{'type':'json_schema','schema':{'type':'object'}}";
      case GEMINI -> ",'generationConfig':{'responseMimeType':'application/json'}";
    };
  }

  private static String search(Wire wire) {
    return switch (wire) {
      case OPENAI -> "{'type':'web_search_preview'}";
      case ANTHROPIC -> "{'type':'web_search_20250305','name':'web_search'}";
      case GEMINI -> "{'googleSearch':{}}";
    };
  }

  private static String cached(Wire wire) {
    return switch (wire) {
      case OPENAI -> ",'prompt_cache_key':'k'";
      case ANTHROPIC ->
          ",'system':[{'type':'text','text':'s','cache_control':{'type':'ephemeral'}}]";
      case GEMINI -> ",'cachedContent':'cachedContents/c'";
    };
  }

  private static PolicyCall batch(Wire wire) {
    return switch (wire) {
      case OPENAI ->
          post(wire, "/v1/batches", "{'input_file_id':'file-1','endpoint':'/v1/chat/completions'}");
      case ANTHROPIC -> post(wire, "/anthropic/v1/messages/batches", "{'requests':[]}");
      case GEMINI ->
          post(wire, "/gemini/v1beta/models/sim-plain:batchGenerateContent", "{'batch':{}}");
    };
  }
}
