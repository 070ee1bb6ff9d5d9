package dev.tollgate.gateway.pipeline;

/**
 * The wire protocol that a path speaks; it decides how a request is read and how errors are shaped.
 */
public enum Protocol {
  OPENAI("openai"),
  ANTHROPIC("anthropic"),
  GEMINI("gemini"),
  /** Whatever a named service speaks, under {@code /{service}/**}; errors are RFC 9457 problems. */
  PASS_THROUGH("passthrough");

  private final String id;

  Protocol(String id) {
    this.id = id;
  }

  /** The lower-case name in route YAML, service rows and usage rows. */
  public String id() {
    return id;
  }
}
