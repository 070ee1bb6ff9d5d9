package dev.tollgate.gateway.pipeline;

/**
 * What a request asks for; the feature names of the key policy and the operation of a usage row.
 */
public enum Operation {
  /** Chat, responses, messages, generateContent and their token counting. */
  CHAT_COMPLETION("chat_completion"),
  COMPLETIONS("completions"),
  EMBEDDINGS("embeddings"),
  IMAGES("images"),
  AUDIO("audio"),
  MODERATIONS("moderations"),
  FILES("files"),
  BATCHES("batches"),
  REALTIME("realtime"),
  /** The list of models that this key may use; answered by the gateway itself. */
  MODELS("models"),
  PASSTHROUGH("passthrough");

  private final String id;

  Operation(String id) {
    this.id = id;
  }

  /** The lower-case name in route YAML, policies and usage rows. */
  public String id() {
    return id;
  }
}
