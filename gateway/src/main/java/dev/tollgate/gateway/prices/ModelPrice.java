package dev.tollgate.gateway.prices;

import dev.tollgate.gateway.pipeline.ServiceTiers;
import dev.tollgate.gateway.prices.TierPrices.Rates;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageDetails;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs from one time on. Costs are micro-dollars, exact, and rounded up once a
 * request.
 *
 * @param version names the price in usage rows
 * @param tokens null: it is not charged by tokens
 * @param tiers other prices of requests with a long input, the shortest first
 * @param apiece micro-dollars per million of what is charged apiece
 * @param maxOutputTokens the most that the model writes in one answer, where that is known
 * @param contextTokens the most that it reads and writes together, where that is known
 * @param reasons whether a price of hidden reasoning is named, so that the model may have some
 * @param serviceTiers what {@code tokens} and {@code tiers} are at other tiers of service
 */
public record ModelPrice(
    String version,
    Instant effectiveFrom,
    @Nullable TokenPrices tokens,
    List<Tier> tiers,
    Apiece apiece,
    @Nullable Long maxOutputTokens,
    @Nullable Long contextTokens,
    boolean reasons,
    TierPrices serviceTiers) {

  public ModelPrice {
    tiers = List.copyOf(tiers);
  }

  /** Of which no tier of service is told. */
  public ModelPrice(
      String version,
      Instant effectiveFrom,
      @Nullable TokenPrices tokens,
      List<Tier> tiers,
      Apiece apiece,
      @Nullable Long maxOutputTokens,
      @Nullable Long contextTokens,
      boolean reasons) {
    this(
        version,
        effectiveFrom,
        tokens,
        tiers,
        apiece,
        maxOutputTokens,
        contextTokens,
        reasons,
        TierPrices.NONE);
  }

  /** Whether it is known what a request costs at most that is served at this tier of service. */
  public boolean tells(String serviceTier) {
    return tokens == null || serviceTiers.tells(serviceTier);
  }

  /** As it is for a request that was served at this tier of service. */
  public ModelPrice at(String serviceTier) {
    if (tokens == null || serviceTier.equals(ServiceTiers.STANDARD)) {
      return this;
    }
    return with(serviceTiers.at(serviceTier, new Rates(tokens, tiers)));
  }

  /** As it is at most for a request that asks for this tier of service: it may not get it. */
  public ModelPrice atMost(String serviceTier) {
    if (tokens == null || serviceTier.equals(ServiceTiers.STANDARD)) {
      return this;
    }
    Rates usual = new Rates(tokens, tiers);
    return with(usual.orDearer(serviceTiers.at(serviceTier, usual)));
  }

  private ModelPrice with(Rates rates) {
    return new ModelPrice(
        version,
        effectiveFrom,
        rates.tokens(),
        rates.longer(),
        apiece,
        maxOutputTokens,
        contextTokens,
        reasons);
  }

  /** Prices of a whole request whose input is longer than {@code aboveInputTokens}. */
  public record Tier(long aboveInputTokens, TokenPrices tokens) {}

  /**
   * Micro-dollars per million; 0: costs nothing.
   *
   * @param character of a text to be spoken
   * @param images beside prices of tokens, of those whose tokens are not told
   */
  public record Apiece(
      long request, SearchPrices searches, long audioSecond, long character, ImagePrices images) {

    static final Apiece NOTHING = new Apiece(0, SearchPrices.NONE, 0, 0, ImagePrices.NONE);
  }

  /**
   * What only the request tells.
   *
   * @param characters of the text that it asks to have spoken
   * @param searchPreview whether it has the preview of a search of the web among its tools
   */
  public record Asked(long characters, AskedImages images, boolean searchPreview) {

    public static final Asked NOTHING = new Asked(0, AskedImages.NONE, false);
  }

  /** What a request of this usage costs, of which no more is known. */
  public long costMicroUsd(TokenUsage usage) {
    return costMicroUsd(usage, UsageDetails.NONE).orElseThrow();
  }

  /** What a request costs that has nothing spoken and nothing painted. */
  public OptionalLong costMicroUsd(@Nullable TokenUsage usage, UsageDetails details) {
    return costMicroUsd(usage, details, Asked.NOTHING);
  }

  /**
   * What a request costs.
   *
   * @param usage null: the provider did not count
   * @return empty if it costs what nobody has counted
   */
  public OptionalLong costMicroUsd(@Nullable TokenUsage usage, UsageDetails details, Asked asked) {
    if (isFree()) {
      return OptionalLong.of(0);
    }
    long images = imagesApiece(usage, details, asked.images());
    if (images == 0 && isUncounted(usage, details, asked.characters())) {
      return OptionalLong.empty();
    }
    MicroUsdSum sum = new MicroUsdSum();
    sum.add(1, apiece.request());
    apiece
        .searches()
        .addTo(sum, details.webSearches(), details.fileSearches(), asked.searchPreview());
    sum.add(details.audioSeconds(), apiece.audioSecond());
    sum.add(asked.characters(), apiece.character());
    if (images > 0) {
      sum.add(images, apiece.images().of(asked.images()));
    }
    if (tokens != null && usage != null) {
      tokensOf(usage.input(), tokens).addTo(sum, usage, details);
    }
    return OptionalLong.of(sum.roundedUp());
  }

  /** As many as have come; where nobody has counted them, as many as were asked for. */
  private long imagesApiece(@Nullable TokenUsage usage, UsageDetails details, AskedImages asked) {
    if (apiece.images().isEmpty() || (tokens != null && usage != null)) {
      return 0;
    }
    return details.images() == 0 ? asked.count() : details.images();
  }

  private boolean isUncounted(@Nullable TokenUsage usage, UsageDetails details, long characters) {
    return tokens == null
        ? (apiece.audioSecond() > 0 && details.audioSeconds() == 0)
            || (apiece.character() > 0 && characters == 0)
            || !apiece.images().isEmpty()
        : usage == null;
  }

  /** Whether nothing of it costs anything, so that a request need not be counted. */
  public boolean isFree() {
    return (tokens == null || tokens.isFree())
        && tiers.stream().allMatch(tier -> tier.tokens().isFree())
        && apiece.equals(Apiece.NOTHING);
  }

  /**
   * The most that is charged apiece.
   *
   * @param webSearches begun ones
   * @param fileSearches the same
   * @param audioSeconds of sound to be listened to
   */
  public record Pieces(long webSearches, long fileSearches, long audioSeconds, Asked asked) {

    public static final Pieces NONE = new Pieces(0, 0, 0, Asked.NOTHING);
  }

  /**
   * The most that a request can cost: each token at the dearest that it may turn out to be, in the
   * dearest tier that the input may reach.
   *
   * @param inputTokens counted before, or estimated high
   */
  public long reservationMicroUsd(long inputTokens, long maxOutputTokens, Pieces pieces) {
    long dearestInput = 0;
    long dearestOutput = 0;
    if (tokens != null) {
      dearestInput = tokens.dearestInput();
      dearestOutput = tokens.dearestOutput();
      for (Tier tier : tiers) {
        if (inputTokens > tier.aboveInputTokens()) {
          dearestInput = Math.max(dearestInput, tier.tokens().dearestInput());
          dearestOutput = Math.max(dearestOutput, tier.tokens().dearestOutput());
        }
      }
    }
    long inTokens =
        beside(pieces)
            .add(inputTokens, dearestInput)
            .add(maxOutputTokens, dearestOutput)
            .roundedUp();
    AskedImages images = pieces.asked().images();
    if (apiece.images().isEmpty() || images.count() == 0) {
      return inTokens;
    }
    // One or the other is charged.
    long inImages = beside(pieces).add(images.count(), apiece.images().dearest(images)).roundedUp();
    return Math.max(inTokens, inImages);
  }

  private MicroUsdSum beside(Pieces pieces) {
    MicroUsdSum sum = new MicroUsdSum();
    apiece
        .searches()
        .addTo(sum, pieces.webSearches(), pieces.fileSearches(), pieces.asked().searchPreview());
    return sum.add(1, apiece.request())
        .add(pieces.audioSeconds(), apiece.audioSecond())
        .add(pieces.asked().characters(), apiece.character());
  }

  private TokenPrices tokensOf(long inputTokens, TokenPrices base) {
    TokenPrices holding = base;
    for (Tier tier : tiers) {
      holding = inputTokens > tier.aboveInputTokens() ? tier.tokens() : holding;
    }
    return holding;
  }
}
