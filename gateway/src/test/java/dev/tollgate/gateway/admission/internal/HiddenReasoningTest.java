package dev.tollgate.gateway.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.prices.PriceComponents;
import dev.tollgate.gateway.tokens.TokenEstimate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HiddenReasoningTest {

  private static final TokenEstimate SILENT = new TokenEstimate(1, true, false, null, 1);

  private static boolean isPossible(String... names) {
    return HiddenReasoning.isPossible(List.of(names), null, SILENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "o1",
        "o3-mini-2025-01-31",
        "o4-mini-deep-research",
        "gpt-5",
        "gpt-5.2-pro",
        "gpt-6",
        "openai/gpt-5-mini",
        "eu-GPT-5-deployment",
        "codex-mini-latest",
        "gemini-2.5-flash",
        "models/gemini-3-pro-preview",
        "gemini-flash-latest",
        "gemini-2.0-flash-thinking-exp",
        "grok-4-0709",
        "grok-4-1-fast-reasoning",
        "grok-code-fast-1",
        "deepseek-reasoner",
        "gpt-audio-mini",
        "gpt-4o-audio-preview",
        "anthropic/claude-3.7-sonnet:thinking"
      })
  void isPossibleByTheName(String name) {
    assertThat(isPossible(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt-4o",
        "gpt-4o-2024-08-06",
        "gpt-4.1-mini",
        "gpt-3.5-turbo",
        "chatgpt-4o-latest",
        "gpt-oss-120b",
        "claude-sonnet-4-5",
        "gemini-1.5-pro",
        "gemini-2.0-flash",
        "grok-2-1212",
        "grok-3-mini",
        "grok-4-1-fast-non-reasoning",
        "deepseek-chat",
        "mistral-large-latest",
        "llama-3.3-70b-versatile"
      })
  void isNotPossibleByTheName(String name) {
    assertThat(isPossible(name)).isFalse();
  }

  /** A stored prompt may name any. */
  @Test
  void isPossibleOfAModelThatIsNotNamed() {
    assertThat(isPossible()).isTrue();
  }

  @Test
  void isPossibleByTheProvidersNameOfAnAlias() {
    assertThat(isPossible("o3", "talk")).isTrue();
  }

  @Test
  void isPossibleWhereThePriceNamesIt() {
    PriceComponents components = PriceComponents.parse("{\"output\":2,\"reasoning\":2}");
    ModelPrice price =
        new ModelPrice(
            "prc_1",
            Instant.EPOCH,
            components.tokens(),
            components.tiers(),
            components.apiece(),
            null,
            null,
            components.reasons());
    assertThat(HiddenReasoning.isPossible(List.of("our-own"), price, SILENT)).isTrue();
  }

  @Test
  void isPossibleWhereTheRequestAsksForIt() {
    TokenEstimate asking = new TokenEstimate(1, true, false, null, 1, true);
    assertThat(HiddenReasoning.isPossible(List.of("gpt-4o"), null, asking)).isTrue();
  }
}
