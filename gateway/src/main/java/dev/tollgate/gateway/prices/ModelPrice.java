package dev.tollgate.gateway.prices;

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
 */
public record ModelPrice(
    String version,
    Instant effectiveFrom,
    @Nullable TokenPrices tokens,
    List<Tier> tiers,
    Apiece apiece,
    @Nullable Long maxOutputTokens,
    @Nullable Long contextTokens,
    boolean reasons) {

  public ModelPrice {
    tiers = List.copyOf(tiers);
  }

  /** Prices of a whole request whose input is longer than {@code aboveInputTokens}. */
  public record Tier(long aboveInputTokens, TokenPrices tokens) {}

  /**
   * Micro-dollars per million; 0: costs nothing.
   *
   * @param character of a text to be spoken
   * @param onlyOther whether something is charged that no count of ours holds: images
   */
  public record Apiece(
      long request, long webSearch, long audioSecond, long character, boolean onlyOther) {

    static final Apiece NOTHING = new Apiece(0, 0, 0, 0, false);
  }

  /** What a request of this usage costs, of which no more is known. */
  public long costMicroUsd(TokenUsage usage) {
    return costMicroUsd(usage, UsageDetails.NONE).orElseThrow();
  }

  /** What a request costs that has nothing spoken. */
  public OptionalLong costMicroUsd(@Nullable TokenUsage usage, UsageDetails details) {
    return costMicroUsd(usage, details, 0);
  }

  /**
   * What a request costs.
   *
   * @param usage null: the provider did not count
   * @param characters of the text that it asks to have spoken
   * @return empty if it costs what nobody has counted
   */
  public OptionalLong costMicroUsd(
      @Nullable TokenUsage usage, UsageDetails details, long characters) {
    if (isFree()) {
      return OptionalLong.of(0);
    }
    if (apiece.onlyOther() || isUncounted(usage, details, characters)) {
      return OptionalLong.empty();
    }
    MicroUsdSum sum = new MicroUsdSum();
    sum.add(1, apiece.request()).add(details.webSearches(), apiece.webSearch());
    sum.add(details.audioSeconds(), apiece.audioSecond()).add(characters, apiece.character());
    if (tokens != null && usage != null) {
      tokensOf(usage.input(), tokens).addTo(sum, usage, details);
    }
    return OptionalLong.of(sum.roundedUp());
  }

  private boolean isUncounted(@Nullable TokenUsage usage, UsageDetails details, long characters) {
    return tokens == null
        ? (apiece.audioSecond() > 0 && details.audioSeconds() == 0)
            || (apiece.character() > 0 && characters == 0)
        : usage == null;
  }

  /** Whether nothing of it costs anything, so that a request need not be counted. */
  public boolean isFree() {
    return (tokens == null || tokens.isFree())
        && tiers.stream().allMatch(tier -> tier.tokens().isFree())
        && apiece.equals(Apiece.NOTHING);
  }

  /** Whether a request's cost can be told from what is counted of it: an image's cannot. */
  public boolean isCountable() {
    return !apiece.onlyOther();
  }

  /**
   * The most that is charged apiece.
   *
   * @param webSearches begun ones
   * @param audioSeconds of sound to be listened to
   * @param characters to be spoken
   */
  public record Pieces(long webSearches, long audioSeconds, long characters) {

    public static final Pieces NONE = new Pieces(0, 0, 0);
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
    return new MicroUsdSum()
        .add(1, apiece.request())
        .add(pieces.webSearches(), apiece.webSearch())
        .add(pieces.audioSeconds(), apiece.audioSecond())
        .add(pieces.characters(), apiece.character())
        .add(inputTokens, dearestInput)
        .add(maxOutputTokens, dearestOutput)
        .roundedUp();
  }

  private TokenPrices tokensOf(long inputTokens, TokenPrices base) {
    TokenPrices holding = base;
    for (Tier tier : tiers) {
      holding = inputTokens > tier.aboveInputTokens() ? tier.tokens() : holding;
    }
    return holding;
  }
}
