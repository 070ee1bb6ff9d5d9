package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The most that a request lets its answer have, read only where its protocol reads it: a maximum
 * that the provider does not see is none. Of several the largest holds; zero or less is none, and
 * undoes the others: many servers take it for "as long as it gets".
 */
final class Maximum {

  private final Protocol protocol;
  private final Operation operation;

  private long chat = -1;
  private long responses = -1;
  private long others = -1;
  private boolean messages;
  private boolean endless;
  private long choices = 1;
  private long prompts = 1;

  Maximum(Protocol protocol, Operation operation) {
    this.protocol = protocol;
    this.operation = operation;
  }

  /** A number by the name of a maximum. */
  void limit(Field field, long value, boolean root) {
    if (field == Field.CHOICES) {
      choices = Math.max(choices, value);
      return;
    }
    boolean inPlace = protocol == Protocol.PASS_THROUGH || root == (protocol != Protocol.GEMINI);
    if (!inPlace) {
      return;
    }
    endless |= value <= 0;
    switch (field) {
      case MAX_TOKENS, MAX_COMPLETION_TOKENS -> chat = Math.max(chat, value);
      case MAX_OUTPUT_TOKENS -> responses = Math.max(responses, value);
      default -> others = Math.max(others, value);
    }
  }

  /** The body has a prompt of this name. */
  void prompt(String name) {
    messages |= name.equals("messages");
  }

  /** A list of so many prompts. */
  void prompts(String name, int count) {
    if (operation == Operation.COMPLETIONS && name.equals("prompt")) {
      prompts = Math.max(1, count);
    }
  }

  long choices() {
    return saturated(choices, prompts);
  }

  /** Over all choices; null where there is none. */
  @Nullable Long tokens() {
    if (operation == Operation.EMBEDDINGS || operation == Operation.MODERATIONS) {
      return 0L;
    }
    long each = each();
    return endless || each < 0 ? null : saturated(each, choices());
  }

  private static long saturated(long each, long times) {
    boolean fits = Math.multiplyHigh(each, times) == 0 && each * times >= 0;
    return fits ? Math.min(JsonBody.MOST, each * times) : JsonBody.MOST;
  }

  private long each() {
    return switch (protocol) {
      case OPENAI -> operation == Operation.COMPLETIONS || messages ? chat : responses;
      case ANTHROPIC -> Math.max(chat, others);
      case GEMINI -> responses;
      case PASS_THROUGH -> Math.max(chat, Math.max(responses, others));
    };
  }
}
