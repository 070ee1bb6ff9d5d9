package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.pipeline.Protocol;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What pictures, sound, films and documents cost, by the published rules of the model's provider.
 * Where a length is not known it is bounded by the bytes: sound has at least {@value
 * #LEAST_SOUND_BYTES} bytes a second (the least that Opus is used with), film {@value
 * #LEAST_FILM_BYTES}.
 *
 * <ul>
 *   <li>OpenAI: pictures {@link OpenAiImages}; sound 10 tokens a second ("1 token per 100 ms",
 *       Realtime guide, "Managing costs"); of a PDF both text and a picture of each page ("File
 *       inputs"), estimated as 1,000 tokens and the dearest picture.
 *   <li>Anthropic: width × height / 750 within a cap of about 1,600 tokens ("Vision"), 4,784 for
 *       models since Opus 4.7; of a PDF 1,500 to 3,000 tokens of text a page and its picture ("PDF
 *       support").
 *   <li>Gemini ("Understand and count tokens", "Media resolution"): 258 for a picture of at most
 *       384 × 384, else 258 for each tile, whose side is two thirds of the shorter side, between
 *       256 and 768; 32 a second of sound, 263 of film with its sound beside; 258 a page. Models
 *       since Gemini 3: 1,120 a picture, 2,240 in the highest resolution, 560 a page.
 *   <li>Others: one token for 16 × 16 pixels, at most 4,096 (Pixtral's rule, the dearest known); 32
 *       a second of sound; Anthropic's rule for documents.
 * </ul>
 */
final class MediaRule {

  private static final int LEAST_SOUND_BYTES = 750;
  private static final int LEAST_FILM_BYTES = 4_000;

  private static final int PAGE_TEXT = 1_000;
  private static final int DENSE_PAGE_TEXT = 3_000;

  private static final int GEMINI_TILE = 258;
  private static final int GEMINI_SMALL = 384;
  private static final int GEMINI_LONGEST = 3072;
  private static final int GEMINI_MOST_TILES = 24;
  private static final int GEMINI_3_IMAGE = 1_120;
  private static final int GEMINI_3_PAGE = 560;
  private static final int FILM_PER_SECOND = 263;

  private static final int ANTHROPIC_PIXELS = 750;
  private static final int ANTHROPIC_CAP = 1_600;
  private static final int ANTHROPIC_LATER_CAP = 4_784;

  private static final int OTHER_PATCH = 16;
  private static final int OTHER_CAP = 4_096;

  private enum Family {
    OPENAI,
    ANTHROPIC,
    GEMINI,
    OTHER
  }

  private final Family family;
  private final String name;
  private final OpenAiImages openAi;
  private final boolean later;

  private MediaRule(Family family, String name) {
    this.family = family;
    this.name = name;
    this.openAi = OpenAiImages.of(name);
    this.later = isLater();
  }

  /** The rule of a model, whatever protocol it is asked by; without a model the protocol's. */
  static MediaRule of(@Nullable String model, Protocol protocol) {
    String name = model == null ? "" : TextEncoding.bareName(model);
    return new MediaRule(family(name, protocol), name);
  }

  private static Family family(String name, Protocol protocol) {
    if (name.contains("claude") || protocol == Protocol.ANTHROPIC) {
      return Family.ANTHROPIC;
    }
    if (name.startsWith("gemini") || protocol == Protocol.GEMINI) {
      return Family.GEMINI;
    }
    boolean openAi = TextEncoding.of(name) != null || name.startsWith("gpt-");
    return openAi || (name.isEmpty() && protocol == Protocol.OPENAI) ? Family.OPENAI : Family.OTHER;
  }

  /** Whether the dearer rule of its provider's later models may hold. */
  private boolean isLater() {
    return switch (family) {
      case GEMINI -> !name.matches("gemini-(pro.*|1.*|2.*)");
      case ANTHROPIC ->
          !name.matches(
              ".*claude-((2|instant|3).*|(opus|sonnet|haiku)-4(-[0-6]|-\\d{8}|@\\d{8}|$).*)");
      case OPENAI, OTHER -> false;
    };
  }

  /**
   * Tokens of one picture.
   *
   * @param size null where it is not known: the most that one costs
   * @param detail as the request has it: {@code low}, {@code high}, Gemini's resolutions; or empty
   */
  long image(@Nullable ImageSize size, String detail) {
    return switch (family) {
      case OPENAI -> {
        boolean low = detail.equalsIgnoreCase("low");
        yield size == null ? openAi.most(low) : openAi.tokens(size, low);
      }
      case ANTHROPIC -> {
        int cap = later ? ANTHROPIC_LATER_CAP : ANTHROPIC_CAP;
        yield size == null ? cap : Math.min(cap, Math.ceilDiv(pixels(size), ANTHROPIC_PIXELS));
      }
      case GEMINI -> gemini(size, detail);
      case OTHER -> size == null ? OTHER_CAP : Math.min(OTHER_CAP, patches(size));
    };
  }

  private static long pixels(ImageSize size) {
    return (long) size.width() * size.height();
  }

  private static long patches(ImageSize size) {
    return (long) Math.ceilDiv(size.width(), OTHER_PATCH)
        * (Math.ceilDiv(size.height(), OTHER_PATCH) + 1L);
  }

  private long gemini(@Nullable ImageSize size, String detail) {
    if (later) {
      return detail.toLowerCase(Locale.ROOT).contains("ultra")
          ? 2 * GEMINI_3_IMAGE
          : GEMINI_3_IMAGE;
    }
    return size == null ? (long) GEMINI_TILE * GEMINI_MOST_TILES : GEMINI_TILE * geminiTiles(size);
  }

  private static long geminiTiles(ImageSize size) {
    long longer = Math.max(size.width(), size.height());
    long shorter = Math.min(size.width(), size.height());
    if (longer <= GEMINI_SMALL) {
      return 1;
    }
    if (longer > GEMINI_LONGEST) {
      shorter = Math.max(1, Math.ceilDiv(shorter * GEMINI_LONGEST, longer));
      longer = GEMINI_LONGEST;
    }
    long side = Math.clamp(shorter * 2 / 3, 256, 768);
    return Math.min(GEMINI_MOST_TILES, Math.ceilDiv(longer, side) * Math.ceilDiv(shorter, side));
  }

  /** Tokens of sound of a known length. */
  long soundOfMillis(long millis) {
    return Math.ceilDiv(millis * soundPerSecond(), 1000);
  }

  /** The most that sound of so many bytes costs. */
  long soundOfBytes(long bytes) {
    return soundOfMillis(Math.ceilDiv(bytes * 1000, LEAST_SOUND_BYTES));
  }

  private int soundPerSecond() {
    return family == Family.OPENAI ? 10 : 32;
  }

  /** The most that a film of so many bytes costs. */
  long filmOfBytes(long bytes) {
    return Math.ceilDiv(bytes * (FILM_PER_SECOND + soundPerSecond()), LEAST_FILM_BYTES);
  }

  /** Tokens of a document of so many pages; estimated. */
  long pages(int pages) {
    return pages * perPage();
  }

  private long perPage() {
    return switch (family) {
      case OPENAI -> PAGE_TEXT + openAi.most(false);
      case ANTHROPIC -> DENSE_PAGE_TEXT + image(null, "");
      case GEMINI -> later ? GEMINI_3_PAGE : GEMINI_TILE;
      case OTHER -> DENSE_PAGE_TEXT + ANTHROPIC_CAP;
    };
  }
}
