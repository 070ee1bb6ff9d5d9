package dev.tollgate.gateway.tokens;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that a provider adds to chat beside its texts.
 *
 * <p>OpenAI's after its cookbook ("How to count tokens with tiktoken"): 3 a message, 3 to begin the
 * answer, 12 for all tools. Anthropic publishes 313 to 530 for tools ("Tool use", "Pricing"). The
 * others are what recorded answers show, rounded up: some put a prompt of their own before
 * everything.
 *
 * @param perMessage for each message
 * @param once for each request
 * @param tools once where there are tools
 * @param ofProvider for each tool that the provider runs itself
 */
record Overhead(int perMessage, int once, int tools, int ofProvider) {

  private static final Overhead OPENAI = new Overhead(3, 3, 12, 128);
  private static final Overhead OTHER = new Overhead(6, 3, 530, 735);

  private record Family(String part, Overhead overhead) {}

  private static final List<Family> FAMILIES =
      List.of(
          new Family("gpt-oss", new Overhead(3, 75, 12, 128)),
          new Family("claude", new Overhead(6, 40, 530, 735)),
          new Family("grok", new Overhead(6, 240, 320, 128)),
          new Family("deepseek", new Overhead(6, 96, 400, 128)),
          new Family("nova", new Overhead(6, 32, 800, 128)),
          new Family("gemini", new Overhead(6, 3, 64, 128)),
          new Family("mistral", new Overhead(6, 3, 64, 128)),
          new Family("command", new Overhead(6, 3, 64, 128)));

  static Overhead of(@Nullable String model, @Nullable TextEncoding encoding) {
    String name = model == null ? "" : TextEncoding.bareName(model);
    for (Family family : FAMILIES) {
      if (name.contains(family.part())) {
        return family.overhead();
      }
    }
    return encoding == null ? OTHER : OPENAI;
  }
}
