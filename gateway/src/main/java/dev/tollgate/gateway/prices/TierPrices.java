package dev.tollgate.gateway.prices;

import dev.tollgate.gateway.pipeline.ServiceTiers;
import dev.tollgate.gateway.prices.ModelPrice.Tier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What tokens cost at other tiers of service than the usual one.
 *
 * @param named by their canonical names
 */
public record TierPrices(Map<String, Rates> named) {

  public static final TierPrices NONE = new TierPrices(Map.of());

  /** Nowhere dearer than the usual one: half of it, or paid beforehand. */
  private static final Set<String> NOT_DEARER = Set.of("flex", "batch", "scale", "reserved");

  /** OpenAI's two names of one tier. */
  private static final String FAST = "fast";

  private static final String PRIORITY = "priority";

  /** Of what the usual tier costs, in ten-thousandths: as much as the dearest that is published. */
  private static final long FASTER = 25_000;

  private static final long FASTEST = 60_000;

  private static final Map<String, Long> UNNAMED =
      Map.of(PRIORITY, FASTER, FAST, FASTER, "performance", FASTER);

  /**
   * What tokens cost.
   *
   * @param tokens of requests of usual length
   * @param longer of those with a long input, the shortest first
   */
  public record Rates(TokenPrices tokens, List<Tier> longer) {

    public Rates {
      longer = List.copyOf(longer);
    }

    /** Each price so many ten-thousandths of what it is. */
    Rates times(long tenThousandths) {
      return new Rates(
          tokens.times(tenThousandths),
          longer.stream()
              .map(tier -> new Tier(tier.aboveInputTokens(), tier.tokens().times(tenThousandths)))
              .toList());
    }

    /** {@code other}; with a long input, which it says nothing of, the dearer of both. */
    Rates but(TokenPrices other) {
      return new Rates(
          other,
          longer.stream()
              .map(tier -> new Tier(tier.aboveInputTokens(), tier.tokens().orDearer(other)))
              .toList());
    }

    /** Of each price the dearer one; {@code other} has the same lengths. */
    Rates orDearer(Rates other) {
      List<Tier> both =
          longer.stream()
              .map(tier ->
                  new Tier(
                      tier.aboveInputTokens(),
                      tier.tokens().orDearer(other.of(tier.aboveInputTokens()))))
              .toList();
      return new Rates(tokens.orDearer(other.tokens), both);
    }

    private TokenPrices of(long aboveInputTokens) {
      return longer.stream()
          .filter(tier -> tier.aboveInputTokens() == aboveInputTokens)
          .map(Tier::tokens)
          .findAny()
          .orElse(tokens);
    }
  }

  public TierPrices {
    named = Map.copyOf(named);
  }

  /** Whether it is known that a request at that tier does not cost more than is told here. */
  boolean tells(String tier) {
    return tier.equals(ServiceTiers.STANDARD) || NOT_DEARER.contains(tier) || named(tier) != null;
  }

  /** What tokens cost at that tier; of one that nobody has told the price of it errs high. */
  Rates at(String tier, Rates usual) {
    if (tier.equals(ServiceTiers.STANDARD)) {
      return usual;
    }
    Rates told = named(tier);
    if (told != null) {
      return told;
    }
    return NOT_DEARER.contains(tier) ? usual : usual.times(UNNAMED.getOrDefault(tier, FASTEST));
  }

  private @Nullable Rates named(String tier) {
    Rates told = named.get(tier);
    return told == null && tier.equals(FAST) ? named.get(PRIORITY) : told;
  }
}
