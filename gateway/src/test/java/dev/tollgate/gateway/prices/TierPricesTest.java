package dev.tollgate.gateway.prices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.prices.ModelPrice.Pieces;
import dev.tollgate.gateway.usage.TokenUsage;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TierPricesTest {

  private static final ModelPrice PRICE =
      price(
          "{'input':4,'cached_input':1,'output':10,'request':0.001,"
              + "'tiers':[{'above_input_tokens':1000,'input':8,'output':15}],"
              + "'service_tiers':{'flex':0.5,'priority':{'input':7,'output':20}}}");

  /** 100 fresh, 50 cached, 10 out. */
  private static final TokenUsage SHORT = new TokenUsage(150, 10, 50, 0, 0);

  private static final TokenUsage LONG = new TokenUsage(2000, 10, 0, 0, 0);

  private static ModelPrice price(String json) {
    PriceComponents components = PriceComponents.parse(json.replace('\'', '"'));
    return new ModelPrice(
        "prc_1",
        Instant.EPOCH,
        components.tokens(),
        components.tiers(),
        components.apiece(),
        null,
        null,
        components.reasons(),
        components.serviceTiers());
  }

  /** What is charged apiece costs the same everywhere. */
  @ParameterizedTest
  @CsvSource({
    "standard, 400, 50, 100",
    "flex, 200, 25, 50",
    "priority, 700, 350, 200", // cached as the tier's own input
    "fast, 700, 350, 200",
    "scale, 400, 50, 100",
    "batch, 400, 50, 100",
    "performance, 1000, 125, 250",
    "ultrafast, 2400, 300, 600",
    "whatever, 2400, 300, 600",
    "several, 2400, 300, 600",
  })
  void chargesTheTierThatWasTold(String tier, long fresh, long cached, long output) {
    assertThat(PRICE.at(tier).costMicroUsd(SHORT)).isEqualTo(1000 + fresh + cached + output);
  }

  /** What a tier does not say of long inputs is the dearer of both. */
  @ParameterizedTest
  @CsvSource({"standard, 16000, 150", "flex, 8000, 75", "priority, 16000, 200", "new, 96000, 900"})
  void longInputsHaveTheirPricesAtEachTier(String tier, long input, long output) {
    assertThat(PRICE.at(tier).costMicroUsd(LONG)).isEqualTo(1000 + input + output);
  }

  @ParameterizedTest
  @CsvSource({"standard, 400, 100", "flex, 400, 100", "priority, 700, 200", "fast, 700, 200"})
  void reservesTheDearerOfThatTierAndTheUsualOne(String tier, long input, long output) {
    assertThat(PRICE.atMost(tier).reservationMicroUsd(100, 10, Pieces.NONE))
        .isEqualTo(1000 + input + output);
  }

  @Test
  void factorsAreRoundedUpToAMicroDollarAMillion() {
    ModelPrice price = price("{'input':0.000003,'service_tiers':{'flex':0.5}}");
    assertThat(price.at("flex").costMicroUsd(new TokenUsage(1_000_000, 0, 0, 0, 0))).isEqualTo(2);
    assertThat(price.at("flex").costMicroUsd(new TokenUsage(1_000_000_000, 0, 0, 0, 0)))
        .isEqualTo(2000);
  }

  /** Some publish one of two names only. */
  @Test
  void aTierThatIsNamedItselfIsNotTheOther() {
    ModelPrice price = price("{'input':1,'service_tiers':{'priority':1,'fast':6}}");
    assertThat(price.at("fast").costMicroUsd(LONG)).isEqualTo(12_000);
    assertThat(price.at("priority").costMicroUsd(LONG)).isEqualTo(2000);
    ModelPrice fastOnly = price("{'input':1,'service_tiers':{'fast':6}}");
    assertThat(fastOnly.tells("priority")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"standard", "flex", "scale", "batch", "priority", "fast"})
  void knowsWhatIsNotDearer(String tier) {
    assertThat(PRICE.tells(tier)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ultrafast", "several", "performance", "new"})
  void doesNotKnowWhatNobodyTells(String tier) {
    assertThat(PRICE.tells(tier)).isFalse();
    assertThat(price("{'audio_second':0.0001}").tells(tier)).isTrue();
  }

  @Test
  void namesAreFoundHoweverTheyAreWritten() {
    ModelPrice price = price("{'input':1,'service_tiers':{'PRIORITY':2}}");
    assertThat(price.tells("priority")).isTrue();
  }
}
