package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.tokens.OutputTokens;
import dev.tollgate.gateway.usage.ClientEventReader.Amount;

/**
 * What a conversation owes for the turns that its provider works on and has not told the usage of:
 * by our own count, which errs high. A turn is given all of the conversation: what the longest turn
 * was told to have had, in and out, and what was said since. Sound is counted by its length.
 */
final class OpenTurns implements OutputSink {

  private static final String BEGUN = "response.created";
  private static final String DONE = "response.done";
  private static final String REFUSED = "error";
  private static final String CALL = "response.output_item.added";

  /** What a provider writes around what was said. */
  private static final int PER_TURN = 50;

  private final UsageCounts counts;
  private final ClientEventReader client;
  private final TokenUsage most;
  private final OpenTranscriptions transcriptions;
  private final OutputTokens session = new OutputTokens();

  private long open;
  private long answered;
  private OutputTokens written = new OutputTokens();
  private long sound;

  /** What had been said when the last turn began, and when the last one that was told did. */
  private Given begun = Given.NOTHING;

  private Given known = Given.NOTHING;

  /** The longest turn that was told of. */
  private long told;

  private long toldSound;

  private record Given(Amount client, long session) {

    static final Given NOTHING = new Given(Amount.NONE, 0);
  }

  /**
   * @param counts of the event that is being read
   * @param transcriptions are told what is written for them
   * @param most of a single turn
   */
  OpenTurns(
      UsageCounts counts,
      ClientEventReader client,
      OpenTranscriptions transcriptions,
      TokenUsage most) {
    this.transcriptions = transcriptions;
    this.counts = counts;
    this.client = client;
    this.most = most;
  }

  @Override
  public void begin(UsageField field) {
    if (field == UsageField.OUTPUT_CALL && counts.event().equals(CALL)) {
      written.call();
    }
  }

  @Override
  public void text(byte[] bytes, int from, int to) {
    String event = counts.event();
    if (event.startsWith("session.")) {
      session.text(bytes, from, to);
    } else if (event.endsWith("audio.delta")) {
      sound += to - from;
    } else if (event.startsWith("response.")) {
      written.text(bytes, from, to);
    } else if (OpenTranscriptions.isOne(event)) {
      transcriptions.text(bytes, from, to);
    }
  }

  @Override
  public void textEnded() {
    session.textEnded();
    written.textEnded();
    transcriptions.textEnded();
  }

  /** The event has ended, which told of so much, if it did. */
  void eventEnded(UsageReading event) {
    switch (counts.event()) {
      case BEGUN -> begun();
      case DONE -> done(event);
      // What it refused may be the turn that was asked for.
      case REFUSED -> answered = client.asked();
      default -> {}
    }
  }

  private void begun() {
    answered = Math.min(answered + 1, client.asked());
    if (open == 0) {
      written = new OutputTokens();
      sound = 0;
    }
    open++;
    begun = given();
  }

  private Given given() {
    return new Given(client.total(), session.estimate());
  }

  private void done(UsageReading event) {
    open = Math.max(0, open - 1);
    TokenUsage usage = event.usage();
    if (usage == null) {
      return;
    }
    known = begun;
    // One beside the conversation has less of it.
    if (usage.input() + usage.output() > told) {
      told = usage.input() + usage.output();
      toldSound = event.details().audioInput() + event.details().audioOutput();
    }
  }

  /** Whether the provider works on a turn, or was asked to. */
  boolean isOpen() {
    return open > 0 || client.asked() > answered;
  }

  /** What is owed for them. */
  UsageReading owed() {
    long turns = Math.max(1, open);
    Given given = open > 0 ? begun : given();
    Amount said = given.client().minus(known.client());
    long saidSound = tokens(said.sound(), SoundLength.INPUT_OF_SECOND);
    long added = given.session() - known.session() + PER_TURN;
    long input = Math.min(most.input(), told + said.tokens() + saidSound + added);
    long passed = open > 0 ? tokens(sound, SoundLength.OUTPUT_OF_SECOND) : 0;
    long text = open > 0 ? written.estimate() : 0;
    return new UsageReading(
        new TokenUsage(turns * input, Math.min(turns * most.output(), text + passed), 0, 0, 0),
        null,
        new UsageDetails(
            0, turns * (toldSound + saidSound), turns * said.images(), passed, 0, 0, 0, 0, 0),
        true);
  }

  private long tokens(long base64, int ofSecond) {
    return SoundLength.tokens(base64, ofSecond, counts.soundFormat());
  }
}
