package dev.tollgate.gateway.policy;

/**
 * What a policy may forbid: the operations and capabilities of {@code permissions.features}, a
 * closed list, and {@code batch_processing} of {@code permissions.advanced_features}.
 */
public enum Feature {
  CHAT_COMPLETION("chat_completion"),
  COMPLETIONS("completions"),
  EMBEDDINGS("embeddings"),
  IMAGES("images"),
  AUDIO("audio"),
  MODERATIONS("moderations"),
  FILES("files"),
  REALTIME("realtime"),
  PASSTHROUGH("passthrough"),
  FUNCTION_CALLING("function_calling"),
  VISION("vision"),
  STRUCTURED_OUTPUTS("structured_outputs"),
  STREAMING("streaming"),
  WEB_SEARCH("web_search"),
  PROMPT_CACHING("prompt_caching"),
  MESSAGE_TRANSFORMS("message_transforms"),
  BATCH_PROCESSING("batch_processing");

  private final String id;

  Feature(String id) {
    this.id = id;
  }

  /** The name in policy documents and scopes, and the {@code param} of a refusal. */
  public String id() {
    return id;
  }
}
