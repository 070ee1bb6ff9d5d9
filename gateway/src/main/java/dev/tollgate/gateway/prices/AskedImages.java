package dev.tollgate.gateway.prices;

import org.jspecify.annotations.Nullable;

/**
 * The images that a request asks for.
 *
 * @param count 0: it asks for none
 * @param size such as {@code 1024x1024}; empty: not said; null: whatever it may be
 * @param quality such as {@code hd}; empty and null as for {@code size}
 */
public record AskedImages(long count, @Nullable String size, @Nullable String quality) {

  public static final AskedImages NONE = new AskedImages(0, null, null);

  /** What OpenAI and xAI make at most for one request. */
  private static final long MOST = 10;

  /** Of a request that cannot be read. */
  static final AskedImages UNSEEN = new AskedImages(MOST, null, null);
}
