package dev.tollgate.deploy.simulator;

import tools.jackson.databind.JsonNode;

/** What the generating endpoints of all protocols read from a request's JSON. */
record Prompt(JsonNode document, SimulatedModel model) {

  /** A request that gives no maximum. */
  private static final int NO_MAXIMUM = Integer.MAX_VALUE;

  static Prompt of(JsonNode document) {
    return of(document, document.path("model").asString(""));
  }

  static Prompt of(JsonNode document, String model) {
    return new Prompt(document, SimulatedModel.of(model));
  }

  boolean streamed() {
    return document.path("stream").asBoolean(false);
  }

  /**
   * All the text that was sent, tools and parameters included: a count, not the provider's count.
   */
  int inputTokens() {
    return SampleText.inputTokens(document.toString());
  }

  /** The first of these fields that is a number bounds the answer's words. */
  int words(String... maximumFields) {
    for (String field : maximumFields) {
      JsonNode maximum = document.at(field);
      if (maximum.isNumber()) {
        return model.words(Math.max(1, maximum.asInt()));
      }
    }
    return model.words(NO_MAXIMUM);
  }

  boolean bounded(int words) {
    return words < model.words(NO_MAXIMUM);
  }
}
