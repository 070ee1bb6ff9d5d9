package dev.tollgate.gateway.usage;

/** How long the sound of a conversation is, by the characters of base64 that it is written in. */
final class SoundLength {

  /** As OpenAI counts what goes in: a token for 100 ms. */
  static final int INPUT_OF_SECOND = 10;

  /** As it counts what comes out: a token for 50 ms. */
  static final int OUTPUT_OF_SECOND = 20;

  /** Characters of base64 in a second of 16 bits at 24 kHz, and of 8 bits at 8 kHz. */
  private static final long PCM_SECOND = 64_000;

  private static final long SHORTEST_SECOND = 10_666;

  private SoundLength() {}

  /**
   * Tokens of so many characters, begun ones in full.
   *
   * @param format as the session says it; of one that is not known as many as it may be
   */
  static long tokens(long base64, int ofSecond, String format) {
    boolean pcm =
        switch (format) {
          case "pcm16", "audio/pcm" -> true;
          default -> false;
        };
    return Math.ceilDiv(base64 * ofSecond, pcm ? PCM_SECOND : SHORTEST_SECOND);
  }
}
