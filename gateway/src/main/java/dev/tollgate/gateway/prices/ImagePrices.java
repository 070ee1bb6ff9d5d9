package dev.tollgate.gateway.prices;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What images cost apiece, in millionths of a micro-dollar.
 *
 * @param each of those that no variant fits; null: a variant always holds
 * @param variants by size, by quality, or by {@code size:quality}
 */
public record ImagePrices(@Nullable Long each, Map<String, Long> variants) {

  /** No image costs anything. */
  public static final ImagePrices NONE = new ImagePrices(null, Map.of());

  /** Where a request of DALL·E does not say. */
  private static final String USUAL_SIZE = "1024x1024";

  private static final String USUAL_QUALITY = "standard";

  public ImagePrices {
    variants = Map.copyOf(variants);
  }

  boolean isEmpty() {
    return each == null && variants.isEmpty();
  }

  /** The most that one of them may cost. */
  long dearest(AskedImages asked) {
    long dearest = -1;
    for (Map.Entry<String, Long> variant : variants.entrySet()) {
      if (fits(variant.getKey(), asked)) {
        dearest = Math.max(dearest, variant.getValue());
      }
    }
    if (dearest >= 0) {
      return dearest;
    }
    return each == null ? dearestOfAll() : each;
  }

  /** What one of them costs: what the request does not say is as is usual, where that is priced. */
  long of(AskedImages asked) {
    Long usual =
        variants.get(said(asked.size(), USUAL_SIZE) + ":" + said(asked.quality(), USUAL_QUALITY));
    return usual == null ? dearest(asked) : usual;
  }

  private static @Nullable String said(@Nullable String value, String usual) {
    return value != null && value.isEmpty() ? usual : value;
  }

  private static boolean fits(String variant, AskedImages asked) {
    int colon = variant.indexOf(':');
    if (colon < 0) {
      return variant.equals(asked.size()) || variant.equals(asked.quality()) || !isSaid(asked);
    }
    return isOrMayBe(asked.size(), variant.substring(0, colon))
        && isOrMayBe(asked.quality(), variant.substring(colon + 1));
  }

  private static boolean isSaid(AskedImages asked) {
    return !isOpen(asked.size()) || !isOpen(asked.quality());
  }

  private static boolean isOrMayBe(@Nullable String said, String value) {
    return isOpen(said) || value.equals(said);
  }

  private static boolean isOpen(@Nullable String said) {
    return said == null || said.isEmpty();
  }

  private long dearestOfAll() {
    return variants.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
