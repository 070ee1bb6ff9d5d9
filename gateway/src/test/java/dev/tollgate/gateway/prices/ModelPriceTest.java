package dev.tollgate.gateway.prices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.prices.ModelPrice.Asked;
import dev.tollgate.gateway.prices.ModelPrice.Pieces;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageDetails;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPriceTest {

  private static final String WITH_A_TIER =
      "{'input':1.25,'cached_input':0.125,'output':10,"
          + "'tiers':[{'above_input_tokens':200000,'input':2.5,'cached_input':0.25,'output':15}]}";

  private static final String DALL_E =
      "{'image_variants':{'1024x1024:standard':0.04,'1792x1024:standard':0.08,'1024x1024:hd':0.08,"
          + "'1792x1024:hd':0.12}}";

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

  private static Asked asked(long characters) {
    return new Asked(characters, AskedImages.NONE, false);
  }

  private static Asked images(long count, @Nullable String size, @Nullable String quality) {
    return new Asked(0, new AskedImages(count, size, quality), false);
  }

  private static UsageDetails made(long images) {
    return new UsageDetails(0, 0, 0, 0, 0, 0, 0, images, 0);
  }

  private static TokenUsage tokens(long input, long output) {
    return new TokenUsage(input, output, 0, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 0, 3", // 2.5 micro-dollars, rounded up once
    "2, 0, 5",
    "1, 1, 13",
    "1000000, 0, 2500000",
    "1000000, 1000000, 12500000",
  })
  void isRoundedUpOnceARequest(long input, long output, long microUsd) {
    assertThat(price("{'input':2.5,'output':10}").costMicroUsd(tokens(input, output)))
        .isEqualTo(microUsd);
  }

  /** Be it the same as that of the output. */
  @Test
  void aPriceOfReasoningTellsThatTheModelReasons() {
    assertThat(price("{'input':1,'output':2}").reasons()).isFalse();
    assertThat(price("{'input':1,'output':2,'reasoning':2}").reasons()).isTrue();
    assertThat(
            price(
                    "{'input':1,'output':2,'tiers':[{'above_input_tokens':9,'input':2,'output':3,"
                        + "'reasoning':4}]}")
                .reasons())
        .isTrue();
  }

  @Test
  void whatWasCachedIsPartOfTheInput() {
    ModelPrice price =
        price("{'input':3,'cached_input':0.3,'cache_write':3.75,'cache_write_1h':6,'output':15}");
    TokenUsage usage = new TokenUsage(1000, 100, 600, 0, 300);
    assertThat(price.costMicroUsd(usage)).isEqualTo(100 * 3 + 180 + 1125 + 1500);
    UsageDetails anHour = new UsageDetails(200, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(price.costMicroUsd(usage, anHour)).hasValue(100 * 3 + 180 + 375 + 1200 + 1500);
  }

  @Test
  void reasoningIsPartOfTheOutput() {
    TokenUsage usage = new TokenUsage(0, 100, 0, 60, 0);
    assertThat(price("{'input':1,'output':2}").costMicroUsd(usage)).isEqualTo(200);
    assertThat(price("{'input':1,'output':2,'reasoning':5}").costMicroUsd(usage)).isEqualTo(380);
  }

  @Test
  void soundAndImagesHaveTheirOwnPrices() {
    ModelPrice price =
        price(
            "{'input':2,'output':8,'audio_input':40,'audio_output':80,'image_input':10,'image_output':30}");
    UsageDetails details = new UsageDetails(0, 30, 20, 6, 1, 0, 0, 0, 0);
    assertThat(price.costMicroUsd(tokens(100, 10), details))
        .hasValue(50 * 2 + 30 * 40 + 20 * 10 + 3 * 8 + 6 * 80 + 30);
  }

  @ParameterizedTest
  @CsvSource({"200000, 250010", "200001, 500018"})
  void aTierIsOfTheWholeRequest(long input, long microUsd) {
    assertThat(price(WITH_A_TIER).costMicroUsd(tokens(input, 1))).isEqualTo(microUsd);
  }

  @Test
  void aTiersReasoningCostsWhatItsOutputDoes() {
    TokenUsage usage = new TokenUsage(200_001, 10, 0, 10, 0);
    assertThat(price(WITH_A_TIER).costMicroUsd(usage)).isEqualTo(500_003 + 150);
  }

  /** The web by the usual tool, by its preview, once a request; files. */
  @Test
  void searchesCostWhatTheirToolDoes() {
    ModelPrice price =
        price(
            "{'input':0,'output':0,'web_search':0.01,'web_search_preview':0.025,'file_search':0.0025}");
    UsageDetails searched = new UsageDetails(0, 0, 0, 0, 0, 3, 0, 0, 2);
    assertThat(price.costMicroUsd(tokens(1, 1), searched)).hasValue(30_000 + 5_000);
    Asked preview = new Asked(0, AskedImages.NONE, true);
    assertThat(price.costMicroUsd(tokens(1, 1), searched, preview)).hasValue(75_000 + 5_000);
    assertThat(price.reservationMicroUsd(1, 1, new Pieces(10, 10, 0, preview)))
        .isEqualTo(250_000 + 25_000);
    ModelPrice oncePerRequest = price("{'input':0,'output':0,'web_search_request':0.035}");
    assertThat(oncePerRequest.costMicroUsd(tokens(1, 1), searched)).hasValue(35_000);
    assertThat(oncePerRequest.costMicroUsd(tokens(1, 1), UsageDetails.NONE)).hasValue(0);
    ModelPrice plain = price("{'input':0,'output':0,'web_search':0.01}");
    assertThat(plain.costMicroUsd(tokens(1, 1), searched, preview)).hasValue(30_000);
  }

  @Test
  void aRequestAndASearchCostApiece() {
    ModelPrice price = price("{'input':1,'output':1,'request':0.025,'web_search':0.01}");
    assertThat(price.costMicroUsd(tokens(1, 1), new UsageDetails(0, 0, 0, 0, 0, 3, 0, 0, 0)))
        .hasValue(55_002);
    assertThat(price("{'request':0.002}").costMicroUsd(null, UsageDetails.NONE)).hasValue(2000);
  }

  @Test
  void soundIsChargedByTheSecond() {
    ModelPrice whisper = price("{'audio_second':0.0001}");
    assertThat(whisper.costMicroUsd(null, new UsageDetails(0, 0, 0, 0, 0, 0, 61, 0, 0)))
        .hasValue(6100);
    assertThat(whisper.costMicroUsd(null, UsageDetails.NONE)).isEmpty();
    ModelPrice anHour = price("{'audio_second':0.000030833333}");
    assertThat(anHour.costMicroUsd(null, new UsageDetails(0, 0, 0, 0, 0, 0, 3600, 0, 0)))
        .hasValue(111_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'image':0.04}", "{'image_variants':{'1024x1024:hd':0.08}}"})
  void whatIsNotCountedHasNoCost(String components) {
    assertThat(price(components).costMicroUsd(tokens(1, 1), UsageDetails.NONE))
        .isEqualTo(OptionalLong.empty());
  }

  @Test
  void anImageIsChargedAsTheVariantThatWasAskedFor() {
    ModelPrice dallE = price(DALL_E);
    assertThat(dallE.costMicroUsd(null, made(2), images(2, "1792x1024", "hd"))).hasValue(240_000);
    assertThat(dallE.costMicroUsd(null, made(1), images(1, "1792x1024", ""))).hasValue(80_000);
    assertThat(dallE.costMicroUsd(null, made(1), images(1, "", "hd"))).hasValue(80_000);
    assertThat(dallE.costMicroUsd(null, made(1), images(1, "", ""))).hasValue(40_000);
    assertThat(dallE.costMicroUsd(null, made(1), images(1, "", null))).hasValue(120_000);
    assertThat(dallE.costMicroUsd(null, made(1), images(1, "9x9", "hd"))).hasValue(120_000);
    assertThat(price("{'image':0.04}").costMicroUsd(null, made(3), images(4, "1x1", "")))
        .as("as many as have come")
        .hasValue(120_000);
    assertThat(price("{'image':0.04}").costMicroUsd(null, made(0), images(4, "", "")))
        .as("nobody has counted them")
        .hasValue(160_000);
  }

  @Test
  void aReservationIsOfTheDearestImageThatWasAskedFor() {
    assertThat(reserved(DALL_E, images(10, "", ""))).isEqualTo(1_200_000);
    assertThat(reserved(DALL_E, images(1, "1024x1024", ""))).isEqualTo(80_000);
    assertThat(reserved(DALL_E, images(1, "1024x1024", "standard"))).isEqualTo(40_000);
    assertThat(reserved(DALL_E, images(1, "1x1", "hd"))).isEqualTo(120_000);
    assertThat(reserved("{'image':0.04}", images(3, null, null))).isEqualTo(120_000);
    String sizes = "{'image':0.01,'image_variants':{'1024x1024':0.02,'512x512':0.03}}";
    assertThat(reserved(sizes, images(1, "1024x1024", "hd"))).isEqualTo(20_000);
    assertThat(reserved(sizes, images(1, "64x64", ""))).isEqualTo(10_000);
    assertThat(reserved(sizes, images(1, "", ""))).isEqualTo(30_000);
  }

  private static long reserved(String components, Asked asked) {
    return price(components).reservationMicroUsd(9, 9, new Pieces(0, 0, 0, asked));
  }

  /** Beside prices of tokens, those of images are what holds without a count. */
  @Test
  void anImageIsChargedByItsTokensWhereTheyAreTold() {
    ModelPrice both = price("{'input':5,'output':40,'image_variants':{'1024x1024:low':0.011}}");
    Asked asked = images(2, "1024x1024", "low");
    assertThat(both.costMicroUsd(tokens(10, 272), made(2), asked)).hasValue(50 + 10_880);
    assertThat(both.costMicroUsd(null, made(2), asked)).hasValue(22_000);
    assertThat(both.reservationMicroUsd(10, 100, new Pieces(0, 0, 0, asked))).isEqualTo(22_000);
    assertThat(both.reservationMicroUsd(10, 1000, new Pieces(0, 0, 0, asked))).isEqualTo(40_050);
  }

  @Test
  void speechIsChargedByTheCharacter() {
    ModelPrice speech = price("{'characters':15}");
    assertThat(speech.costMicroUsd(null, UsageDetails.NONE, asked(11))).hasValue(165);
    assertThat(speech.costMicroUsd(null, UsageDetails.NONE, asked(0))).isEmpty();
  }

  @Test
  void whatTheProviderDidNotCountHasNoCostUnlessItIsFree() {
    assertThat(price("{'input':1,'output':1}").costMicroUsd(null, UsageDetails.NONE)).isEmpty();
    assertThat(price("{'input':0,'output':0}").costMicroUsd(null, UsageDetails.NONE)).hasValue(0);
  }

  @Test
  void aReservationTakesTheDearestThatATokenMayTurnOutToBe() {
    assertThat(
            price("{'input':3,'cache_write_1h':6,'output':15,'reasoning':20}")
                .reservationMicroUsd(1000, 100, Pieces.NONE))
        .isEqualTo(6000 + 2000);
    assertThat(price(WITH_A_TIER).reservationMicroUsd(200_001, 10, Pieces.NONE))
        .isEqualTo(500_003 + 150);
    assertThat(price(WITH_A_TIER).reservationMicroUsd(200_000, 10, Pieces.NONE))
        .isEqualTo(250_000 + 100);
    assertThat(
            price("{'input':1,'output':1,'request':0.01}").reservationMicroUsd(1, 1, Pieces.NONE))
        .isEqualTo(10_002);
  }

  @Test
  void isExactBeyondSixtyFourBits() {
    ModelPrice dear = price("{'input':1000000,'output':1000000}");
    long most = 1_000_000_000_000L;
    assertThat(dear.costMicroUsd(tokens(most, 1))).isEqualTo(1_000_000_000_001_000_000L);
    assertThat(dear.reservationMicroUsd(Long.MAX_VALUE, Long.MAX_VALUE, Pieces.NONE))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void refusesANegativeCount() {
    assertThatThrownBy(
            () -> price("{'input':1,'output':1}").reservationMicroUsd(-1, 0, Pieces.NONE))
        .isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{'input':'1'}",
        "{'input':-1}",
        "{'input':0.0000001}",
        "{'input':1,'tiers':[{'input':2}]}"
      })
  void refusesWhatIsNoPrice(String components) {
    assertThatThrownBy(() -> price(components)).isInstanceOf(RuntimeException.class);
  }
}
