package dev.tollgate.gateway.policy;

import org.jspecify.annotations.Nullable;

/**
 * A set of features; asking costs nothing, since every request does.
 *
 * @param bits one for each feature, by its ordinal
 */
public record Features(int bits) {

  private static final Feature[] ALL = Feature.values();

  public static final Features NONE = new Features(0);

  public static Features of(Feature... features) {
    Features all = NONE;
    for (Feature feature : features) {
      all = all.and(feature);
    }
    return all;
  }

  public Features and(Feature feature) {
    return new Features(bits | bit(feature));
  }

  public Features and(Features others) {
    return others.bits == 0 ? this : new Features(bits | others.bits);
  }

  public Features without(Features others) {
    return new Features(bits & ~others.bits);
  }

  public boolean has(Feature feature) {
    return (bits & bit(feature)) != 0;
  }

  /** One that both have, or null. */
  public @Nullable Feature common(Features others) {
    int both = bits & others.bits;
    return both == 0 ? null : ALL[Integer.numberOfTrailingZeros(both)];
  }

  @SuppressWarnings("EnumOrdinal") // a set lives in memory only, as an EnumSet does
  private static int bit(Feature feature) {
    return 1 << feature.ordinal();
  }
}
