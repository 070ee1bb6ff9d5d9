package dev.tollgate.gateway.pipeline;

import org.springframework.http.HttpHeaders;

/** The protocol that a path speaks; known before any route is, since refusals need a shape. */
public final class ProtocolOfPath {

  private ProtocolOfPath() {}

  /** The SDKs of OpenAI and Anthropic share {@code /v1/models}; Anthropic's tells itself apart. */
  public static Protocol of(String rawPath, HttpHeaders headers) {
    boolean anthropic =
        headers.containsHeader("anthropic-version") && isBelow(rawPath, "/v1/models");
    return anthropic ? Protocol.ANTHROPIC : of(rawPath);
  }

  /**
   * Also below {@code /{service}/}: an SDK whose base URL ends with a service's name reads errors
   * in its own shape.
   */
  public static Protocol of(String rawPath) {
    Protocol own = ofOwnPath(rawPath);
    if (own != Protocol.PASS_THROUGH) {
      return own;
    }
    int slash = rawPath.indexOf('/', 1);
    return slash < 0 ? Protocol.PASS_THROUGH : ofKnownEndpoint(rawPath.substring(slash));
  }

  private static Protocol ofOwnPath(String path) {
    if (isBelow(path, "/v1/messages")) {
      return Protocol.ANTHROPIC;
    }
    if (isBelow(path, "/v1beta")) {
      return Protocol.GEMINI;
    }
    return isBelow(path, "/v1") || path.startsWith("/openai/deployments/")
        ? Protocol.OPENAI
        : Protocol.PASS_THROUGH;
  }

  /** Below a service's name only what surely is one of the protocols: {@code /v1} alone is not. */
  private static Protocol ofKnownEndpoint(String path) {
    if (isBelow(path, "/v1/messages")) {
      return Protocol.ANTHROPIC;
    }
    if (isBelow(path, "/v1beta/models")) {
      return Protocol.GEMINI;
    }
    for (String endpoint : OPENAI_ENDPOINTS) {
      if (isBelow(path, endpoint)) {
        return Protocol.OPENAI;
      }
    }
    return Protocol.PASS_THROUGH;
  }

  private static final String[] OPENAI_ENDPOINTS = {
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/responses",
    "/v1/embeddings",
    "/v1/images",
    "/v1/audio",
    "/v1/moderations",
    "/v1/files",
    "/v1/batches",
    "/v1/models",
    "/chat/completions",
    "/openai/deployments"
  };

  private static boolean isBelow(String path, String prefix) {
    return path.startsWith(prefix)
        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
  }
}
