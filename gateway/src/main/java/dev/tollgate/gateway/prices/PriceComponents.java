package dev.tollgate.gateway.prices;

import dev.tollgate.gateway.pipeline.ServiceTiers;
import dev.tollgate.gateway.prices.TierPrices.Rates;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Reads the {@code components} of a price: US dollars, per million tokens or apiece. */
public final class PriceComponents {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** From dollars per million to micro-dollars per million. */
  private static final int PER_MILLION = 6;

  /** From a factor to ten-thousandths of it. */
  private static final int FACTOR = 4;

  /** From dollars apiece to micro-dollars per million. */
  private static final int APIECE = 12;

  private final JsonNode components;

  private PriceComponents(JsonNode components) {
    this.components = components;
  }

  /**
   * Reads a JSON object.
   *
   * @throws RuntimeException if it is none, or a price in it is no number or has too many decimals
   */
  public static PriceComponents parse(String json) {
    JsonNode tree = JSON.readTree(json);
    if (!tree.isObject()) {
      throw new IllegalArgumentException("components are no object");
    }
    return new PriceComponents(tree);
  }

  /** Null: it is not charged by tokens. */
  public @Nullable TokenPrices tokens() {
    return components.has("input") || components.has("output") ? tokens(components) : null;
  }

  /** Whether hidden reasoning has a price of its own, be it the same. */
  public boolean reasons() {
    boolean inTier = false;
    for (JsonNode tier : components.path("tiers")) {
      inTier |= tier.has("reasoning");
    }
    return inTier || components.has("reasoning");
  }

  /** The shortest first. */
  public List<ModelPrice.Tier> tiers() {
    List<ModelPrice.Tier> tiers = new ArrayList<>();
    for (JsonNode tier : components.path("tiers")) {
      long above = tier.required("above_input_tokens").decimalValue().longValueExact();
      tiers.add(new ModelPrice.Tier(above, tokens(tier)));
    }
    tiers.sort(Comparator.comparingLong(ModelPrice.Tier::aboveInputTokens));
    return tiers;
  }

  /** By canonical names: a number multiplies all prices of tokens, an object names them. */
  public TierPrices serviceTiers() {
    JsonNode named = components.path("service_tiers");
    TokenPrices tokens = tokens();
    if (named.isEmpty() || tokens == null) {
      return TierPrices.NONE;
    }
    Rates usual = new Rates(tokens, tiers());
    Map<String, Rates> rates = new HashMap<>();
    named
        .propertyNames()
        .forEach(name -> rates.put(ServiceTiers.canonical(name), serviceTier(named, name, usual)));
    return new TierPrices(rates);
  }

  /** What an object leaves out costs what its own input or output does. */
  private Rates serviceTier(JsonNode named, String name, Rates usual) {
    JsonNode prices = named.path(name);
    return prices.isNumber()
        ? usual.times(price(named, name, FACTOR, 0))
        : usual.but(tokens(prices, MissingNode.getInstance()));
  }

  public ModelPrice.Apiece apiece() {
    return new ModelPrice.Apiece(
        price(components, "request", APIECE, 0),
        searches(),
        price(components, "audio_second", APIECE, 0),
        price(components, "characters", PER_MILLION, 0),
        images());
  }

  private SearchPrices searches() {
    long web = price(components, "web_search", APIECE, 0);
    return new SearchPrices(
        web,
        price(components, "web_search_preview", APIECE, web),
        price(components, "web_search_request", APIECE, 0),
        price(components, "file_search", APIECE, 0));
  }

  private ImagePrices images() {
    Map<String, Long> variants = new HashMap<>();
    JsonNode named = components.path("image_variants");
    named.propertyNames().forEach(name -> variants.put(name, price(named, name, APIECE, 0)));
    return new ImagePrices(
        components.has("image") ? price(components, "image", APIECE, 0) : null, variants);
  }

  /** What is said neither here nor without a tier costs what input or output does here. */
  private TokenPrices tokens(JsonNode prices) {
    return tokens(prices, components);
  }

  /**
   * Prices of tokens.
   *
   * @param otherwise where parts of input and output are told that {@code prices} leave out
   */
  private TokenPrices tokens(JsonNode prices, JsonNode otherwise) {
    ToLongBiFunction<String, Long> part =
        (name, absent) -> price(prices.has(name) ? prices : otherwise, name, PER_MILLION, absent);
    long input = tokens(prices, "input");
    long output = tokens(prices, "output");
    long written = part.applyAsLong("cache_write", input);
    return new TokenPrices(
        input,
        part.applyAsLong("cached_input", input),
        written,
        part.applyAsLong("cache_write_1h", written),
        part.applyAsLong("audio_input", input),
        part.applyAsLong("image_input", input),
        output,
        part.applyAsLong("reasoning", output),
        part.applyAsLong("audio_output", output),
        part.applyAsLong("image_output", output));
  }

  private long tokens(JsonNode prices, String name) {
    return price(prices.has(name) ? prices : components, name, PER_MILLION, 0);
  }

  private static long price(JsonNode prices, String name, int scale, long absent) {
    JsonNode usd = prices.path(name);
    if (usd.isMissingNode()) {
      return absent;
    }
    BigDecimal price = usd.decimalValue().movePointRight(scale);
    if (price.signum() < 0) {
      throw new IllegalArgumentException(name + " is negative");
    }
    return price.longValueExact();
  }
}
