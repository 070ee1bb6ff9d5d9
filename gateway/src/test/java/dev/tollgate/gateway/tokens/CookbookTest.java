package dev.tollgate.gateway.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of OpenAI's cookbook, "How to count tokens with tiktoken", with its counts. */
class CookbookTest {

  private static final String MESSAGES =
      """
      {"messages":[
      {"role":"system","content":"You are a helpful, pattern-following assistant that translates \
      corporate jargon into plain English."},
      {"role":"system","name":"example_user","content":"New synergies will help drive top-line \
      growth."},
      {"role":"system","name":"example_assistant","content":"Things working well together will \
      increase revenue."},
      {"role":"system","name":"example_user","content":"Let's circle back when we have more \
      bandwidth to touch base on opportunities for increased leverage."},
      {"role":"system","name":"example_assistant","content":"Let's talk later when we're less busy \
      about how to do better."},
      {"role":"user","content":"This late pivot means we don't have time to boil the ocean for the \
      client deliverable."}],
      "model":"gpt-4o","temperature":0,"stream":true,"user":"user_123456789_123456789_123456789_1234"}
      """;

  private static final String TOOLS =
      """
      {"messages":[
      {"role":"system","content":"You are a helpful assistant that can answer to questions about \
      the weather."},
      {"role":"user","content":"What's the weather like in San Francisco?"}],
      "tools":[{"type":"function","function":{"name":"get_current_weather",
      "description":"Get the current weather in a given location",
      "parameters":{"type":"object","properties":{
      "location":{"type":"string","description":"The city and state, e.g. San Francisco, CA"},
      "unit":{"type":"string","description":"The unit of temperature to return",
      "enum":["celsius","fahrenheit"]}},"required":["location"]}}}]}
      """;

  @ParameterizedTest
  @CsvSource({"gpt-3.5-turbo,129", "gpt-4-0613,129", "gpt-4o,124", "openai/gpt-4o-mini,124"})
  void countsMessagesAsTheCookbookDoes(String model, long expected) {
    TokenEstimate estimate = Bodies.chat(model, MESSAGES);
    assertThat(estimate.input()).isEqualTo(expected);
    assertThat(estimate.exact()).isTrue();
    assertThat(estimate.open()).isFalse();
    assertThat(estimate.maxOutput()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"gpt-3.5-turbo,105", "gpt-4,105", "gpt-4o,101", "gpt-4o-mini,101"})
  void countsToolsAtMostATenthAboveTheCookbook(String model, long expected) {
    assertThat(Bodies.chat(model, TOOLS).input()).isBetween(expected, expected * 11 / 10);
  }

  @Test
  void countsTheSameWhateverTheEscapes() {
    String escaped = MESSAGES.replace("content", "c\\u006fntent").replace("growth", "\\u0067rowth");
    assertThat(Bodies.chat("gpt-4o", escaped).input()).isEqualTo(124);
  }
}
