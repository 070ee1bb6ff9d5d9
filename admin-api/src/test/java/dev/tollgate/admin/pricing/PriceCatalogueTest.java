package dev.tollgate.admin.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.schema.Ids;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What ships: that it is there, plausible, and says where it is from. */
class PriceCatalogueTest {

  private static final BigDecimal DEAREST = new BigDecimal(1000);
  private static final List<ShippedPrice> ALL = catalogue().all();

  private static PriceCatalogue catalogue() {
    JsonMapper mapper =
        JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    return new PriceCatalogue(mapper, Clock.systemUTC());
  }

  static Stream<ShippedPrice> all() {
    return ALL.stream();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openai | gpt-4o gpt-4o-2024-08-06 gpt-4o-2024-05-13 gpt-4o-mini gpt-4o-mini-2024-07-18",
        "openai | gpt-4o-audio-preview gpt-4o-realtime-preview gpt-4o-search-preview gpt-realtime",
        "openai | gpt-4.1 gpt-4.1-mini gpt-4.1-nano gpt-4.1-2025-04-14",
        "openai | gpt-5 gpt-5-mini gpt-5-nano gpt-5-pro gpt-5-codex gpt-5.1 gpt-5.1-codex gpt-5.2 gpt-5.2-pro",
        "openai | gpt-5.4 gpt-5.5 gpt-5.6-sol gpt-5-2025-08-07 gpt-6-astra",
        "openai | o1 o1-mini o1-pro o3 o3-mini o3-pro o4-mini o3-deep-research o4-mini-2025-04-16",
        "openai | gpt-3.5-turbo gpt-3.5-turbo-instruct gpt-4 gpt-4-turbo gpt-4-turbo-2024-04-09",
        "openai | gpt-image-1 gpt-image-1-mini whisper-1 tts-1 tts-1-hd gpt-4o-mini-tts",
        "openai | dall-e-3 dall-e-2 ft:gpt-4o-mini-2024-07-18:acme::abc123 ft:gpt-3.5-turbo-0125:acme:name:abc123",
        "openai | gpt-4o-transcribe gpt-4o-mini-transcribe omni-moderation-latest",
        "openai | text-embedding-3-small text-embedding-3-large text-embedding-ada-002",
        "azure-openai | gpt-4o-2024-11-20 gpt-4.1-mini text-embedding-3-small",
        "anthropic | claude-3-haiku-20240307 claude-3-5-haiku-20241022 claude-3-7-sonnet-20250219",
        "anthropic | claude-sonnet-4-20250514 claude-sonnet-4-5 claude-sonnet-4-5-20250929 claude-sonnet-5",
        "anthropic | claude-opus-4-20250514 claude-opus-4-1-20250805 claude-opus-4-5-20251101 claude-opus-5",
        "anthropic | claude-haiku-4-5 claude-haiku-4-5-20251001 claude-3-opus-20240229",
        "gemini | gemini-1.5-flash gemini-1.5-pro-002 gemini-2.0-flash gemini-2.0-flash-lite gemini-2.5-pro",
        "gemini | gemini-2.5-flash gemini-2.5-flash-lite gemini-2.5-flash-image gemini-3-pro-preview",
        "gemini | gemini-2.5-flash-preview-tts gemini-2.5-pro-preview-tts gemini-2.5-flash-native-audio-latest",
        "gemini | gemini-embedding-001 gemini-3-flash-preview imagen-4.0-generate-001",
        "vertex | gemini-2.5-pro gemini-2.5-flash",
        "mistral | mistral-large-latest mistral-medium-latest mistral-small-latest codestral-latest mistral-embed",
        "cohere | command-a-03-2025 command-r-08-2024 command-r-plus-08-2024 embed-v4.0 rerank-v3.5",
        "deepseek | deepseek-chat deepseek-reasoner deepseek-v4-pro",
        "groq | llama-3.3-70b-versatile llama-3.1-8b-instant openai/gpt-oss-120b whisper-large-v3-turbo",
        "xai | grok-4 grok-4-fast grok-3 grok-3-mini grok-code-fast-1",
      })
  void pricesTheModel(String provider, String models) {
    for (String model : models.split(" ", -1)) {
      assertThat(pricing(provider, model)).as(model).isNotNull();
    }
  }

  /** Some that are known by heart, as they were when this was written. */
  @ParameterizedTest
  @CsvSource({
    "openai, gpt-4o, 2.5, 1.25, 10",
    "openai, gpt-4o-2024-11-20, 2.5, 1.25, 10",
    "openai, gpt-4o-2024-05-13, 5, , 15",
    "openai, gpt-4o-mini, 0.15, 0.075, 0.6",
    "openai, ft:gpt-4o-2024-08-06:acme::abc123, 3.75, 1.875, 15",
    "openai, ft:gpt-4o-mini-2024-07-18:acme::abc123, 0.3, 0.15, 1.2",
    "openai, ft:gpt-4.1-mini-2025-04-14:acme:name:abc123, 0.8, 0.2, 3.2",
    "mistral, mistral-medium-3, 0.4, , 2",
    "gemini, gemini-2.5-pro-preview-tts, 1, , 20",
    "openai, gpt-5-nano, 0.05, 0.005, 0.4",
    "openai, o3, 2, 0.5, 8",
    "openai, gpt-6-astra, 10, 1, 50",
    "openai, gpt-5.6-sol, 4, 0.4, 20",
    "anthropic, claude-sonnet-4-5, 3, 0.3, 15",
    "anthropic, claude-3-haiku-20240307, 0.25, 0.03, 1.25",
    "gemini, gemini-2.5-pro, 1.25, 0.125, 10",
    "groq, llama-3.1-8b-instant, 0.05, , 0.08",
  })
  void costsWhatIsKnown(
      String provider, String model, BigDecimal input, @Nullable BigDecimal cached, String output) {
    JsonNode components = Objects.requireNonNull(pricing(provider, model)).price().components();
    assertThat(usd(components, "input")).contains(input);
    assertThat(usd(components, "cached_input")).isEqualTo(Optional.ofNullable(cached));
    assertThat(usd(components, "output")).contains(new BigDecimal(output));
  }

  @ParameterizedTest
  @MethodSource("all")
  void isPlausible(ShippedPrice shipped) {
    JsonNode components = shipped.price().components();
    Optional<BigDecimal> input = usd(components, "input");
    Optional<BigDecimal> output = usd(components, "output");
    assertThat(components.size()).isPositive();
    assertNotAbove(usd(components, "cached_input"), input);
    assertNotAbove(usd(components, "batch_input"), input);
    assertNotAbove(usd(components, "batch_output"), output);
    assertNotAbove(input, output);
    assertNotAbove(input, usd(components, "cache_write"));
    assertNotAbove(usd(components, "cache_write"), usd(components, "cache_write_1h"));
    for (JsonNode tier : components.path("tiers")) {
      assertNotAbove(input, usd(tier, "input"));
      assertNotAbove(output, usd(tier, "output"));
      assertNotAbove(usd(tier, "cached_input"), usd(tier, "input"));
    }
    assertPlausible(components.path("service_tiers"), components);
    assertNotAbove(input, Optional.of(DEAREST));
    assertNotAbove(output, Optional.of(DEAREST));
    assertNotAbove(
        Optional.ofNullable(shipped.price().maxOutputTokens()).map(BigDecimal::valueOf),
        Optional.ofNullable(shipped.price().contextTokens()).map(BigDecimal::valueOf));
  }

  private static void assertPlausible(JsonNode serviceTiers, JsonNode components) {
    serviceTiers.forEachEntry((name, tier) -> {
      if (name.equals("flex")) {
        assertThat(tier.decimalValue()).isEqualByComparingTo("0.5");
      } else if (tier.isNumber()) {
        assertThat(tier.decimalValue()).isBetween(BigDecimal.ONE, new BigDecimal(6));
      } else {
        assertNotAbove(usd(components, "input"), usd(tier, "input"));
        assertNotAbove(usd(components, "output"), usd(tier, "output"));
        assertThat(tier.has("cached_input")).isEqualTo(components.has("cached_input"));
      }
    });
  }

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-5.1, web_search, 0.01",
    "openai, gpt-5.1, file_search, 0.0025",
    "openai, gpt-4.1, web_search, 0.01",
    "openai, gpt-4.1, web_search_preview, 0.025",
    "openai, gpt-4o-mini, web_search, 0.0112",
    "openai, gpt-4o-search-preview, request, 0.025",
    "openai, gpt-5-search-api, request, 0.01",
    "anthropic, claude-sonnet-4-5, web_search, 0.01",
    "gemini, gemini-2.5-flash, web_search_request, 0.035",
    "gemini, gemini-3-flash-preview, web_search, 0.014",
    "xai, grok-4, web_search, 0.005",
    "xai, grok-4, file_search, 0.0025",
  })
  void pricesSearches(String provider, String model, String component, BigDecimal usd) {
    JsonNode components = Objects.requireNonNull(pricing(provider, model)).price().components();
    assertThat(usd(components, component)).contains(usd);
  }

  /** As known by heart: times the usual price, or prices that hold instead. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openai | gpt-4o-2024-11-20 | {'priority':1.7}",
        "openai | gpt-4o-mini | {'priority':{'input':0.25,'cached_input':0.125,'output':1}}",
        "openai | gpt-4.1 | {'priority':1.75}",
        "openai | gpt-5 | {'flex':0.5,'priority':2}",
        "openai | gpt-5-mini-2025-08-07 | {'flex':0.5,'priority':1.8}",
        "openai | gpt-6-astra | {'flex':0.5,'priority':2,'ultrafast':6}",
        "openai | gpt-5.5 | {'flex':0.5,'priority':2.5}",
        "openai | o4-mini | {'flex':0.5,'priority':{'input':2,'cached_input':0.5,'output':8}}",
        "azure-openai | gpt-4.1 | {'priority':1.75}",
        "anthropic | claude-opus-4-8 | {'fast':2,'priority':1}",
        "anthropic | claude-opus-4-6 | {'fast':6,'priority':1}",
        "gemini | gemini-2.5-pro | {'flex':0.5,'priority':2}",
      })
  void pricesTiersOfService(String provider, String model, String tiers) {
    JsonNode components = Objects.requireNonNull(pricing(provider, model)).price().components();
    assertThat(components.path("service_tiers").toString().replace('"', '\'')).isEqualTo(tiers);
  }

  private static void assertNotAbove(Optional<BigDecimal> lower, Optional<BigDecimal> upper) {
    lower.ifPresent(less -> upper.ifPresent(more -> assertThat(less).isLessThanOrEqualTo(more)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void saysWhereItIsFrom(ShippedPrice shipped) {
    URI source = URI.create(Objects.requireNonNull(shipped.price().source()));
    assertThat(source.getScheme()).isEqualTo("https");
    assertThat(shipped.price().sourceDate()).isAfter(LocalDate.of(2025, 1, 1));
  }

  @Test
  void idsAreWellFormedAndTheSameEverywhere() {
    assertThat(ALL).allMatch(shipped -> Ids.isWellFormed(shipped.id()));
    assertThat(ALL.stream().map(ShippedPrice::id)).doesNotHaveDuplicates();
    assertThat(catalogue().all()).isEqualTo(ALL);
  }

  @Test
  void saysOfNoModelTwiceWhatItCostsAtOneTime() {
    assertThat(
            ALL.stream()
                .map(ShippedPrice::price)
                .map(price -> price.provider() + " " + price.model() + " " + price.effectiveFrom()))
        .doesNotHaveDuplicates();
  }

  @Test
  void aPriceThatChangedHasARowForEachTime() {
    List<BigDecimal> inputs =
        ALL.stream()
            .map(ShippedPrice::price)
            .filter(price -> price.model().equals("claude-sonnet-5"))
            .sorted(Comparator.comparing(price -> Objects.requireNonNull(price.effectiveFrom())))
            .map(price -> usd(price.components(), "input").orElseThrow())
            .toList();
    assertThat(inputs).containsExactly(new BigDecimal(2), new BigDecimal(3));
  }

  @Test
  void namesProvidersOfTheCatalogueOfProviders() {
    Set<String> providers =
        ALL.stream().map(shipped -> shipped.price().provider()).collect(Collectors.toSet());
    assertThat(providers)
        .containsExactlyInAnyOrder(
            "openai",
            "azure-openai",
            "anthropic",
            "gemini",
            "vertex",
            "mistral",
            "cohere",
            "deepseek",
            "groq",
            "xai");
  }

  /** As the gateway looks it up: the exact name, else the longest beginning; the latest of it. */
  private static @Nullable ShippedPrice pricing(String provider, String model) {
    return ALL.stream()
        .filter(shipped -> shipped.price().provider().equals(provider))
        .filter(shipped -> prices(shipped.price().model(), model))
        .max(
            Comparator.comparing((ShippedPrice shipped) -> shipped.price().model().equals(model))
                .thenComparingInt(shipped -> shipped.price().model().length())
                .thenComparing(shipped ->
                    Objects.requireNonNullElse(shipped.price().effectiveFrom(), Instant.EPOCH)))
        .orElse(null);
  }

  private static boolean prices(String pattern, String model) {
    return pattern.endsWith("*")
        ? model.startsWith(pattern.substring(0, pattern.length() - 1))
        : model.equals(pattern);
  }

  private static Optional<BigDecimal> usd(JsonNode prices, String name) {
    return prices.has(name)
        ? Optional.of(new BigDecimal(prices.get(name).decimalValue().toPlainString()))
        : Optional.empty();
  }
}
