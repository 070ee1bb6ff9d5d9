package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.tokens.TokenEstimate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which answers may cost tokens that nobody can count as they pass: what a model thinks before and
 * between the words that it is seen to write, and the sound of its voice. Errs to the side of those
 * that may.
 */
final class HiddenReasoning {

  /**
   * Families that think, by what begins their names, later members included: OpenAI's but for GPT-3
   * and GPT-4, open ones and those for pictures; Gemini's but for 1, 2.0 and embeddings; xAI's but
   * for Grok 1 to 3. Wherever a name stands behind a publisher's or within a deployment's.
   */
  private static final Pattern FAMILIES =
      Pattern.compile(
          "(^|[^a-z0-9])"
              + "(o\\d|codex|gpt-(?!3|4|oss|image|realtime)"
              + "|gemini-(?!1\\b|2\\.0|embedding)|grok-(?![123]\\b))");

  private static final Pattern SAID = Pattern.compile("thinking|reasoning|reasoner|audio");
  private static final Pattern DENIED = Pattern.compile("(non|no)-(thinking|reasoning)");

  private HiddenReasoning() {}

  /**
   * Whether the answer may have some: where the price names one for reasoning, where the request
   * asks for it, or where one of the model's names tells.
   *
   * @param names of the model, at the provider and as asked for; none: whatever model it may be
   * @param price null: not known
   */
  static boolean isPossible(
      List<String> names, @Nullable ModelPrice price, TokenEstimate estimate) {
    return (price != null && price.reasons())
        || estimate.reasons()
        || names.isEmpty()
        || names.stream().anyMatch(HiddenReasoning::isToldBy);
  }

  private static boolean isToldBy(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return !DENIED.matcher(lower).find()
        && (FAMILIES.matcher(lower).find() || SAID.matcher(lower).find());
  }
}
