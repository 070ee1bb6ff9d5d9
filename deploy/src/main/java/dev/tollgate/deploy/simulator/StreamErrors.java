package dev.tollgate.deploy.simulator;

/** How each protocol says, in a stream that began well, that it fails. */
final class StreamErrors {

  private StreamErrors() {}

  static String event(ProviderProtocol protocol, String message) {
    return switch (protocol) {
      case OPENAI, OTHER ->
          Json.event(
              Json.object(
                  "error",
                  Json.object(
                      "message", message, "type", "server_error", "param", null, "code", null)));
      case ANTHROPIC ->
          Json.event(
              "error",
              Json.object(
                  "type",
                  "error",
                  "error",
                  Json.object("type", "overloaded_error", "message", message)));
      case GEMINI ->
          Json.event(
              Json.object(
                  "error", Json.object("code", 503, "message", message, "status", "UNAVAILABLE")));
    };
  }
}
