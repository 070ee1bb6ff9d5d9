package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.tokens.OutputTokens;
import io.netty.buffer.ByteBuf;

/**
 * Counts what the client of a conversation says, by our own count, which errs high. Written by the
 * client's event loop, read by the provider's; what a client says before it asks for a turn is
 * there when the turn begins.
 */
public final class ClientEventReader {

  /** The most that OpenAI takes of any picture. */
  private static final int PER_IMAGE = 7_000;

  private static final String ASKS = "response.create";

  private final UsageCounts counts = new UsageCounts();
  private final Said said = new Said();
  private final JsonUsageScanner scanner =
      new JsonUsageScanner(ConversationVocabulary.client(), counts, said);
  private final ScanningUsageReader bytes = new ScanningUsageReader(scanner, counts);
  private volatile Amount total = Amount.NONE;
  private volatile long asked;

  ClientEventReader() {}

  /**
   * What a conversation was given.
   *
   * @param tokens of text and pictures
   * @param images the part of them that is pictures
   * @param sound characters of base64
   */
  record Amount(long tokens, long images, long sound) {

    static final Amount NONE = new Amount(0, 0, 0);

    Amount minus(Amount before) {
      return new Amount(tokens - before.tokens, images - before.images, sound - before.sound);
    }
  }

  /** Looks at a part of the current event. */
  public void accept(ByteBuf part) {
    bytes.accept(part);
  }

  /** The current event is complete; what comes next begins another one. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public void eventEnded() {
    if (counts.event().equals(ASKS)) {
      asked++;
    }
    total = said.amount();
    counts.startOver();
    scanner.reset();
  }

  /** All that was said since the beginning. */
  Amount total() {
    return total;
  }

  /** How many turns were asked for since the beginning. */
  long asked() {
    return asked;
  }

  private static final class Said implements OutputSink {

    private final OutputTokens text = new OutputTokens();
    private long images;
    private long sound;
    private UsageField current = UsageField.OUTPUT_TEXT;

    @Override
    public void begin(UsageField field) {
      current = field;
      if (field == UsageField.OUTPUT_IMAGE) {
        images++;
      }
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
      switch (current) {
        case OUTPUT_SOUND -> sound += to - from;
        case OUTPUT_IMAGE -> {}
        default -> text.text(bytes, from, to);
      }
    }

    @Override
    public void textEnded() {
      text.textEnded();
    }

    Amount amount() {
      return new Amount(text.estimate() + images * PER_IMAGE, images * PER_IMAGE, sound);
    }
  }
}
