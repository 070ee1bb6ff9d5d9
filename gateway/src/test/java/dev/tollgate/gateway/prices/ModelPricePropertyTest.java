package dev.tollgate.gateway.prices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.prices.ModelPrice.Pieces;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageDetails;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Costs of random requests at random prices, against decimals done the long way. */
class ModelPricePropertyTest {

  private static final long SEED = 20261121;
  private static final int ROUNDS = 20_000;
  private static final BigDecimal MILLION = new BigDecimal(1_000_000);
  private static final List<String> OF_TOKENS =
      List.of(
          "cached_input",
          "cache_write",
          "cache_write_1h",
          "audio_input",
          "image_input",
          "reasoning",
          "audio_output",
          "image_output");

  private final Random random = new Random(SEED);

  @Test
  void costsWhatDecimalsSay() {
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, BigDecimal> usd = prices();
      TokenUsage usage = usage();
      UsageDetails details = details(usage);
      ModelPrice price = price(usd);
      assertThat(price.costMicroUsd(usage, details).orElseThrow())
          .as("round %d: %s %s %s", round, usd, usage, details)
          .isEqualTo(expected(usd, usage, details));
    }
  }

  @Test
  void aReservationCoversEveryUsageWithinIt() {
    for (int round = 0; round < ROUNDS; round++) {
      ModelPrice price = price(prices());
      TokenUsage usage = usage();
      long reserved = price.reservationMicroUsd(usage.input(), usage.output(), Pieces.NONE);
      UsageDetails details = details(usage);
      UsageDetails tokensOnly =
          new UsageDetails(
              details.cacheWriteLong(),
              details.audioInput(),
              details.imageInput(),
              details.audioOutput(),
              details.imageOutput(),
              0,
              0,
              0,
              0);
      assertThat(price.costMicroUsd(usage, tokensOnly).orElseThrow()).isLessThanOrEqualTo(reserved);
    }
  }

  private Map<String, BigDecimal> prices() {
    Map<String, BigDecimal> usd = new LinkedHashMap<>();
    usd.put("input", perMillion());
    usd.put("output", perMillion());
    for (String name : OF_TOKENS) {
      if (random.nextBoolean()) {
        usd.put(name, perMillion());
      }
    }
    if (random.nextInt(4) == 0) {
      usd.put("request", BigDecimal.valueOf(random.nextInt(1_000_000_000), 12));
      usd.put("web_search", BigDecimal.valueOf(random.nextInt(1_000_000_000), 12));
    }
    return usd;
  }

  /** From a millionth of a dollar to a thousand of them, small ones as often as large ones. */
  private BigDecimal perMillion() {
    return BigDecimal.valueOf(random.nextLong(1L << random.nextInt(1, 30)), 6);
  }

  private TokenUsage usage() {
    long input = count();
    long output = count();
    long cached = random.nextLong(input + 1);
    return new TokenUsage(
        input, output, cached, random.nextLong(output + 1), random.nextLong(input - cached + 1));
  }

  private long count() {
    return random.nextLong(1L << random.nextInt(1, 41));
  }

  private UsageDetails details(TokenUsage usage) {
    if (random.nextBoolean()) {
      return UsageDetails.NONE;
    }
    long fresh = usage.input() - usage.cached() - usage.cacheWrite();
    long audio = random.nextLong(fresh + 1);
    long plain = usage.output() - usage.reasoning();
    long spoken = random.nextLong(plain + 1);
    return new UsageDetails(
        random.nextLong(usage.cacheWrite() + 1),
        audio,
        random.nextLong(fresh - audio + 1),
        spoken,
        random.nextLong(plain - spoken + 1),
        random.nextInt(5),
        0,
        0,
        0);
  }

  private static ModelPrice price(Map<String, BigDecimal> usd) {
    StringBuilder json = new StringBuilder("{");
    usd.forEach((name, price) -> {
      json.append(json.length() == 1 ? "" : ",");
      json.append('"').append(name).append("\":").append(price.toPlainString());
    });
    PriceComponents components = PriceComponents.parse(json.append('}').toString());
    return new ModelPrice(
        "prc_1",
        Instant.EPOCH,
        components.tokens(),
        components.tiers(),
        components.apiece(),
        null,
        null,
        components.reasons());
  }

  private static long expected(
      Map<String, BigDecimal> usd, TokenUsage usage, UsageDetails details) {
    BigDecimal input = of(usd, "input", BigDecimal.ZERO);
    BigDecimal output = of(usd, "output", BigDecimal.ZERO);
    BigDecimal written = of(usd, "cache_write", input);
    long fresh =
        usage.input()
            - usage.cached()
            - usage.cacheWrite()
            - details.audioInput()
            - details.imageInput();
    long plain = usage.output() - usage.reasoning() - details.audioOutput() - details.imageOutput();
    BigDecimal perMillion =
        times(fresh, input)
            .add(times(usage.cached(), of(usd, "cached_input", input)))
            .add(times(usage.cacheWrite() - details.cacheWriteLong(), written))
            .add(times(details.cacheWriteLong(), of(usd, "cache_write_1h", written)))
            .add(times(details.audioInput(), of(usd, "audio_input", input)))
            .add(times(details.imageInput(), of(usd, "image_input", input)))
            .add(times(plain, output))
            .add(times(usage.reasoning(), of(usd, "reasoning", output)))
            .add(times(details.audioOutput(), of(usd, "audio_output", output)))
            .add(times(details.imageOutput(), of(usd, "image_output", output)));
    BigDecimal apiece =
        of(usd, "request", BigDecimal.ZERO)
            .add(times(details.webSearches(), of(usd, "web_search", BigDecimal.ZERO)));
    // dollars per million tokens are micro-dollars a token
    return perMillion
        .add(apiece.multiply(MILLION))
        .setScale(0, RoundingMode.CEILING)
        .longValueExact();
  }

  private static BigDecimal of(Map<String, BigDecimal> usd, String name, BigDecimal absent) {
    return usd.getOrDefault(name, absent);
  }

  private static BigDecimal times(long count, BigDecimal price) {
    return price.multiply(BigDecimal.valueOf(count));
  }
}
