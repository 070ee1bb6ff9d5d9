package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.pipeline.Protocol;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Sums the usage that the events of one connection tell, each a JSON document of its own. An event
 * counts for itself ({@code response.done}), not from the start of the connection. Of a turn, or a
 * transcription, that has begun and was not told of when the connection ends, what has passed is
 * counted.
 */
public final class EventUsageReader implements UsageReader {

  /** Of the models that converse. */
  public static final TokenUsage LONGEST_TURN = new TokenUsage(128_000, 32_768, 0, 0, 0);

  private static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0);

  private final UsageCounts counts = new UsageCounts();
  private final ClientEventReader client = new ClientEventReader();
  private final OpenTranscriptions transcriptions = new OpenTranscriptions(counts.event(), client);
  private final Turns turns = new Turns();
  private final OpenTurns open;
  private final JsonUsageScanner scanner;
  private final ScanningUsageReader bytes;
  private @Nullable TokenUsage sum;
  private UsageDetails details = UsageDetails.NONE;

  /**
   * @param longestTurn the most that a single turn takes
   */
  public EventUsageReader(Protocol protocol, TokenUsage longestTurn) {
    this.open = new OpenTurns(counts.event(), client, turns, transcriptions, longestTurn);
    this.scanner = new JsonUsageScanner(UsageVocabulary.ofEvents(protocol), counts, open);
    this.bytes = new ScanningUsageReader(scanner, counts);
  }

  /** Is to be shown what the client says, before it leaves. */
  public ClientEventReader client() {
    return client;
  }

  /** Is to be told what the client asks for. */
  public Turns turns() {
    return turns;
  }

  /** Looks at a part of the current event. */
  @Override
  public void accept(ByteBuf part) {
    bytes.accept(part);
  }

  /**
   * The current event is complete; what comes next begins another one.
   *
   * @return whether it told of usage
   */
  public boolean eventEnded() {
    UsageReading event = inTokens(counts.reading());
    open.eventEnded(event);
    transcriptions.eventEnded();
    add(event);
    counts.startOver();
    scanner.reset();
    return event.usage() != null;
  }

  /**
   * What was written down may be told in seconds: the price of a conversation knows tokens of sound
   * alone.
   */
  private static UsageReading inTokens(UsageReading event) {
    long seconds = event.details().audioSeconds();
    if (event.usage() != null || seconds == 0) {
      return event;
    }
    long tokens = seconds * SoundLength.INPUT_OF_SECOND;
    return new UsageReading(
        new TokenUsage(tokens, 0, 0, 0, 0),
        event.model(),
        event.details().plus(new UsageDetails(0, tokens, 0, 0, 0, 0, 0, 0, 0)));
  }

  private void add(UsageReading event) {
    if (event.usage() != null) {
      sum = (sum == null ? NONE : sum).plus(event.usage());
      details = details.plus(event.details());
    }
  }

  /** What the provider has told until now. */
  public UsageReading told() {
    String model = counts.reading().model();
    return new UsageReading(sum, model == null ? counts.event().transcriber() : model, details);
  }

  /** What it has told, and what is owed for what it was still at. */
  @Override
  public UsageReading read() {
    UsageReading told = told();
    if (!open.isOpen() && !transcriptions.isOpen()) {
      return told;
    }
    if (open.isOpen()) {
      add(open.owed());
    }
    if (transcriptions.isOpen()) {
      add(transcriptions.owed());
    }
    return new UsageReading(sum, told.model(), details, true);
  }
}
