package dev.tollgate.gateway.pipeline;

import java.util.Locale;
import java.util.Set;
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
    if (isBelow(path, "/v1beta") || isStableGemini(path)) {
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
    if (isBelow(path, "/v1beta/models") || isStableGemini(path)) {
      return Protocol.GEMINI;
    }
    for (String endpoint : OPENAI_ENDPOINTS) {
      if (isBelow(path, endpoint)) {
        return Protocol.OPENAI;
      }
    }
    return Protocol.PASS_THROUGH;
  }

  /** Of Gemini's version 1, whose models stand where OpenAI's do. */
  private static final Set<String> GEMINI_ACTIONS =
      Set.of(
          "generatecontent",
          "streamgeneratecontent",
          "counttokens",
          "embedcontent",
          "batchembedcontents",
          "asyncbatchembedcontent",
          "batchgeneratecontent",
          "predict",
          "predictlongrunning");

  /** Fine-tuned models of OpenAI have colons in their names too: only the action tells. */
  private static boolean isStableGemini(String rawPath) {
    if (!isBelow(rawPath, "/v1/models")) {
      return false;
    }
    String path = rawPath.toLowerCase(Locale.ROOT).replace("%3a", ":");
    int slash = path.indexOf('/', "/v1/models/".length());
    int end = slash < 0 ? path.length() : slash;
    int colon = path.lastIndexOf(':', end - 1);
    return colon >= 0 && GEMINI_ACTIONS.contains(path.substring(colon + 1, end));
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
