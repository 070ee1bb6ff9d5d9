package dev.tollgate.deploy.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a path's provider takes its key and words its errors. */
enum ProviderProtocol {
  OPENAI,
  ANTHROPIC,
  GEMINI,
  /** Whatever has no protocol of its own here; it is echoed, and its key is not checked. */
  OTHER;

  private static final String BEARER = "Bearer ";

  static ProviderProtocol of(String path) {
    if (path.startsWith("/v1beta/")) {
      return GEMINI;
    }
    if (path.equals("/v1/messages") || path.startsWith("/v1/messages/")) {
      return ANTHROPIC;
    }
    return OpenAi.serves(path) ? OPENAI : OTHER;
  }

  /** The key that the request shows where this protocol wants it, or null. */
  @Nullable String presentedKey(RecordedRequest request) {
    return switch (this) {
      case OPENAI -> bearer(request);
      case ANTHROPIC -> request.header("x-api-key");
      case GEMINI -> {
        String header = request.header("x-goog-api-key");
        yield header != null ? header : queryKey(request.query());
      }
      case OTHER -> null;
    };
  }

  Answer error(int status, String type, String message) {
    return Answer.json(
        status,
        switch (this) {
          case OPENAI, OTHER ->
              Json.object(
                  "error",
                  Json.object("message", message, "type", type, "param", null, "code", type));
          case ANTHROPIC -> anthropicError(type, message);
          case GEMINI ->
              Json.object(
                  "error",
                  Json.object(
                      "code", status, "message", message, "status", type.toUpperCase(Locale.ROOT)));
        });
  }

  private static Map<String, @Nullable Object> anthropicError(String type, String message) {
    return Json.object(
        "type", "error",
        "error", Json.object("type", type, "message", message),
        "request_id", "req_sim");
  }

  private static @Nullable String bearer(RecordedRequest request) {
    String authorization = request.header("authorization");
    if (authorization != null && authorization.startsWith(BEARER)) {
      return authorization.substring(BEARER.length());
    }
    return request.header("api-key");
  }

  private static @Nullable String queryKey(String query) {
    for (String parameter : query.split("&", -1)) {
      if (parameter.startsWith("key=")) {
        return URLDecoder.decode(parameter.substring("key=".length()), UTF_8);
      }
    }
    return null;
  }
}
