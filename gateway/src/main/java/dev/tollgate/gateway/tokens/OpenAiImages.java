package dev.tollgate.gateway.tokens;

import java.util.List;

/**
 * What a picture costs a model of OpenAI, after <a
 * href="https://platform.openai.com/docs/guides/images-vision#calculating-costs">Images and vision,
 * "Calculating costs"</a> (read 2026-11).
 *
 * <p>Models of tiles: {@code detail: low} costs the base. Else the picture is scaled down to fit a
 * square of 2,048, then so that its shorter side is at most 768, and costs the base and so much for
 * each begun tile of 512 × 512. Models of patches: each begun patch of 32 × 32, at most 1,536,
 * times a factor; models since gpt-5.1 up to 10,000 where the original is asked for.
 *
 * @param base tokens of any picture
 * @param perTile tokens of each tile; 0 for a model of patches
 * @param perHundredPatches tokens of 100 patches
 * @param mostPatches of one picture
 */
record OpenAiImages(int base, int perTile, int perHundredPatches, int mostPatches) {

  private static final int SQUARE = 2048;
  private static final int SHORT_SIDE = 768;
  private static final int TILE = 512;
  private static final int PATCH = 32;
  private static final int MOST_TILES = 8;
  private static final int MOST_PATCHES = 1536;
  private static final int MOST_OF_ORIGINAL = 10_000;

  private record Family(String prefix, OpenAiImages rule) {}

  /** The first that fits; a name stands before those that begin it. */
  private static final List<Family> FAMILIES =
      List.of(
          new Family("gpt-4o-mini", tiles(2833, 5667)),
          new Family("gpt-4.1-mini", patches(162, MOST_PATCHES)),
          new Family("gpt-4.1-nano", patches(246, MOST_PATCHES)),
          new Family("gpt-5-mini", patches(162, MOST_PATCHES)),
          new Family("gpt-5-nano", patches(246, MOST_PATCHES)),
          new Family("o4-mini", patches(172, MOST_PATCHES)),
          new Family("gpt-5.", patches(246, MOST_OF_ORIGINAL)),
          new Family("gpt-5", tiles(70, 140)),
          new Family("o1", tiles(75, 150)),
          new Family("o3", tiles(75, 150)),
          new Family("computer-use-preview", tiles(65, 129)),
          new Family("gpt-4", tiles(85, 170)),
          new Family("chatgpt-4o", tiles(85, 170)));

  private static final OpenAiImages UNKNOWN = patches(246, MOST_PATCHES);

  private static OpenAiImages tiles(int base, int perTile) {
    return new OpenAiImages(base, perTile, 0, 0);
  }

  private static OpenAiImages patches(int perHundred, int most) {
    return new OpenAiImages(0, 0, perHundred, most);
  }

  /**
   * The rule of a model; of one that is not known the dearest of patches.
   *
   * @param name without the provider's before it
   */
  static OpenAiImages of(String name) {
    for (Family family : FAMILIES) {
      if (name.startsWith(family.prefix())) {
        return family.rule();
      }
    }
    return UNKNOWN;
  }

  /** Tokens of a picture of this size. */
  long tokens(ImageSize size, boolean low) {
    if (perTile == 0) {
      long patches = (long) Math.ceilDiv(size.width(), PATCH) * Math.ceilDiv(size.height(), PATCH);
      return ofPatches(Math.min(patches, mostPatches));
    }
    return low ? base : base + (long) perTile * tiles(size);
  }

  /** The most that any picture costs. */
  long most(boolean low) {
    if (perTile == 0) {
      return ofPatches(mostPatches);
    }
    return low ? base : base + (long) perTile * MOST_TILES;
  }

  private long ofPatches(long patches) {
    return Math.ceilDiv(patches * perHundredPatches, 100);
  }

  /** Scaled in whole pixels, rounded up. */
  private static long tiles(ImageSize size) {
    long longer = Math.max(size.width(), size.height());
    long shorter = Math.min(size.width(), size.height());
    if (longer > SQUARE) {
      shorter = Math.max(1, Math.ceilDiv(shorter * SQUARE, longer));
      longer = SQUARE;
    }
    if (shorter > SHORT_SIDE) {
      longer = Math.ceilDiv(longer * SHORT_SIDE, shorter);
      shorter = SHORT_SIDE;
    }
    return Math.ceilDiv(longer, TILE) * Math.ceilDiv(shorter, TILE);
  }
}
