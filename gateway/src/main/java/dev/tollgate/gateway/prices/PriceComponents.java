package dev.tollgate.gateway.prices;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the {@code components} of a price: US dollars, per million tokens or apiece. */
public final class PriceComponents {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  /** From dollars per million to micro-dollars per million. */
  private static final int PER_MILLION = 6;

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

  public ModelPrice.Apiece apiece() {
    return new ModelPrice.Apiece(
        price(components, "request", APIECE, 0),
        price(components, "web_search", APIECE, 0),
        price(components, "audio_second", APIECE, 0),
        price(components, "characters", PER_MILLION, 0),
        images());
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
    long input = tokens(prices, "input", 0);
    long output = tokens(prices, "output", 0);
    long written = tokens(prices, "cache_write", input);
    return new TokenPrices(
        input,
        tokens(prices, "cached_input", input),
        written,
        tokens(prices, "cache_write_1h", written),
        tokens(prices, "audio_input", input),
        tokens(prices, "image_input", input),
        output,
        tokens(prices, "reasoning", output),
        tokens(prices, "audio_output", output),
        tokens(prices, "image_output", output));
  }

  private long tokens(JsonNode prices, String name, long absent) {
    return price(prices.has(name) ? prices : components, name, PER_MILLION, absent);
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
