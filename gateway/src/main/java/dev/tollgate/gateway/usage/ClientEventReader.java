package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.tokens.OutputTokens;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the client of a conversation asks for, and counts what it says, by our own count,
 * which errs high. Written by the client's event loop; {@link #total} is read by the provider's,
 * and what a client says before it asks for a turn is in it when the turn begins.
 */
public final class ClientEventReader {

  /** The most that OpenAI takes of any picture. */
  private static final int PER_IMAGE = 7_000;

  private final UsageCounts counts = new UsageCounts();
  private final Said said = new Said();
  private final JsonUsageScanner scanner =
      new JsonUsageScanner(ConversationVocabulary.client(), counts, said);
  private final ClientEventHead head = new ClientEventHead();
  private final ScanningUsageReader bytes = new ScanningUsageReader(this::scan, counts);
  private volatile Amount total = Amount.NONE;

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

    /** What was given after {@code before}. */
    Amount since(Amount before) {
      return new Amount(
          Math.max(0, tokens - before.tokens),
          Math.max(0, images - before.images),
          Math.max(0, sound - before.sound));
    }
  }

  /** Looks at a part of the current event. */
  public void accept(ByteBuf part) {
    bytes.accept(part);
  }

  private void scan(byte[] part, int from, int to) {
    scanner.scan(part, from, to);
    head.scan(part, from, to);
  }

  /** Whether the current event, as far as it was shown, may ask for a turn. */
  public boolean asks() {
    return head.asks();
  }

  /** Whether it may be something said aloud. */
  public boolean speaks() {
    return head.speaks();
  }

  /** Whether it may change what the session is like. */
  public boolean configures() {
    return head.configures();
  }

  /** Its id, null where it has none that can be told of it. */
  public @Nullable String eventId() {
    return head.id();
  }

  /** Whether it may have another than that. */
  public boolean isEventIdUnsure() {
    return head.isIdUnsure();
  }

  /** The current event is complete; what comes next begins another one. */
  public void eventEnded() {
    total = said.amount();
    counts.startOver();
    scanner.reset();
    head.reset();
  }

  /** All that was said since the beginning. */
  Amount total() {
    return total;
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
