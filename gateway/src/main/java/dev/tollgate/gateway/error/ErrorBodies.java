package dev.tollgate.gateway.error;

import dev.tollgate.gateway.pipeline.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Renders a rejection as each protocol's SDK expects to read it. */
public final class ErrorBodies {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String PROBLEM_TYPE_PREFIX = "https://tollgate.dev/errors/";

  private ErrorBodies() {}

  /** The media type of {@link #render}'s answer. */
  public static String mediaType(Protocol protocol) {
    return protocol == Protocol.PASS_THROUGH ? "application/problem+json" : "application/json";
  }

  /** The whole body of an error answer, UTF-8. */
  public static byte[] render(Protocol protocol, Rejection rejection, String requestId) {
    return JSON.writeValueAsBytes(document(protocol, rejection, requestId));
  }

  /** The event that ends a stream which has already begun, UTF-8, complete with its blank line. */
  public static byte[] renderEvent(Protocol protocol, Rejection rejection, String requestId) {
    String json = JSON.writeValueAsString(document(protocol, rejection, requestId));
    String event =
        switch (protocol) {
          case OPENAI, GEMINI -> "data: " + json + "\n\n";
          case ANTHROPIC, PASS_THROUGH -> "event: error\ndata: " + json + "\n\n";
        };
    return event.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The same of OpenAI's responses, whose events have names and numbers.
   *
   * @param sequenceNumber the number after that of the event before it
   */
  public static byte[] renderResponsesEvent(Rejection rejection, long sequenceNumber) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", "error");
    event.put("code", rejection.code().code());
    event.put("message", rejection.message());
    event.put("param", rejection.param());
    event.put("sequence_number", sequenceNumber);
    String json = JSON.writeValueAsString(event);
    return ("event: error\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The event that ends a realtime conversation, JSON. */
  public static String renderRealtimeEvent(Rejection rejection, String requestId) {
    return realtimeEvent("event_" + requestId, openAiError(rejection));
  }

  /**
   * The event for what a realtime conversation goes on without, JSON.
   *
   * @param eventId of its own
   * @param cause the id of the client's event; null: it has none
   */
  public static String renderRealtimeEvent(
      Rejection rejection, String eventId, @Nullable String cause) {
    Map<String, Object> error = openAiError(rejection);
    error.put("event_id", cause);
    return realtimeEvent(eventId, error);
  }

  private static String realtimeEvent(String eventId, Map<String, Object> error) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", "error");
    event.put("event_id", eventId);
    event.put("error", error);
    return JSON.writeValueAsString(event);
  }

  private static Map<String, Object> document(
      Protocol protocol, Rejection rejection, String requestId) {
    return switch (protocol) {
      case OPENAI -> openAi(rejection);
      case ANTHROPIC -> anthropic(rejection, requestId);
      case GEMINI -> gemini(rejection);
      case PASS_THROUGH -> problem(rejection, requestId);
    };
  }

  private static Map<String, Object> openAi(Rejection rejection) {
    return Map.of("error", openAiError(rejection));
  }

  private static Map<String, Object> openAiError(Rejection rejection) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("message", rejection.message());
    error.put("type", rejection.code().kind().openAiType);
    error.put("param", rejection.param());
    error.put("code", rejection.code().code());
    return error;
  }

  private static Map<String, Object> anthropic(Rejection rejection, String requestId) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("type", rejection.code().kind().anthropicType);
    error.put("message", rejection.message());
    error.put("code", rejection.code().code());
    putParam(error, rejection);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "error");
    document.put("error", error);
    document.put("request_id", requestId);
    return document;
  }

  private static Map<String, Object> gemini(Rejection rejection) {
    Map<String, Object> reason = new LinkedHashMap<>();
    reason.put("@type", "type.googleapis.com/google.rpc.ErrorInfo");
    reason.put("reason", rejection.code().code());
    reason.put("domain", "tollgate");
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", rejection.code().status());
    error.put("message", rejection.message());
    error.put("status", rejection.code().kind().geminiStatus);
    error.put("details", List.of(reason));
    return Map.of("error", error);
  }

  private static Map<String, Object> problem(Rejection rejection, String requestId) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", PROBLEM_TYPE_PREFIX + rejection.code().code());
    document.put("title", rejection.code().code().replace('_', ' '));
    document.put("status", rejection.code().status());
    document.put("detail", rejection.message());
    document.put("code", rejection.code().code());
    putParam(document, rejection);
    document.put("request_id", requestId);
    return document;
  }

  private static void putParam(Map<String, Object> target, Rejection rejection) {
    if (rejection.param() != null) {
      target.put("param", rejection.param());
    }
  }
}
