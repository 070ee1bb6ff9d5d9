package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.tokens.OutputTokens;
import dev.tollgate.gateway.usage.ClientEventReader.Amount;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a conversation owes for the turns that its provider works on and has not told the usage of:
 * by our own count, which errs high. A turn is given all of the conversation: what the longest turn
 * was told to have had, in and out, and what was said since. Sound is counted by its length.
 */
final class OpenTurns implements OutputSink {

  private static final String CALL = "response.output_item.added";

  /** What a provider writes around what was said. */
  private static final int PER_TURN = 50;

  private final EventTexts event;
  private final ClientEventReader client;
  private final Turns turns;
  private final TokenUsage most;
  private final OpenTranscriptions transcriptions;
  private final OutputTokens session = new OutputTokens();

  /** Those that have begun, the oldest first. */
  private final List<Turn> open = new ArrayList<>();

  private long begun;

  /** The last of the turns that were told of to begin. */
  private Turn known = new Turn(0, null, Given.NOTHING);

  /** The longest turn that was told of. */
  private long told;

  private long toldSound;

  private record Given(Amount client, long session) {

    static final Given NOTHING = new Given(Amount.NONE, 0);
  }

  /** What had been said when it began, and what of it has passed. */
  private static final class Turn {

    private final long number;
    private final @Nullable String id;
    private final Given given;
    private final OutputTokens written = new OutputTokens();
    private long sound;

    Turn(long number, @Nullable String id, Given given) {
      this.number = number;
      this.id = id;
      this.given = given;
    }
  }

  /**
   * @param event that is being read
   * @param turns is told of those that begin and end
   * @param transcriptions are told what is written for them
   * @param most of a single turn
   */
  OpenTurns(
      EventTexts event,
      ClientEventReader client,
      Turns turns,
      OpenTranscriptions transcriptions,
      TokenUsage most) {
    this.transcriptions = transcriptions;
    this.event = event;
    this.client = client;
    this.turns = turns;
    this.most = most;
  }

  @Override
  public void begin(UsageField field) {
    Turn turn = current();
    if (turn != null && field == UsageField.OUTPUT_CALL && event.kind().equals(CALL)) {
      turn.written.call();
    }
  }

  @Override
  public void text(byte[] bytes, int from, int to) {
    String kind = event.kind();
    Turn turn = current();
    if (kind.startsWith("session.")) {
      session.text(bytes, from, to);
    } else if (OpenTranscriptions.isOne(kind)) {
      transcriptions.text(bytes, from, to);
    } else if (turn == null) {
      return;
    } else if (kind.endsWith("audio.delta")) {
      turn.sound += to - from;
    } else if (kind.startsWith("response.")) {
      turn.written.text(bytes, from, to);
    }
  }

  @Override
  public void textEnded() {
    session.textEnded();
    transcriptions.textEnded();
    Turn turn = current();
    if (turn != null) {
      turn.written.textEnded();
    }
  }

  /** The one that the event is of; the last where it does not say so. */
  private @Nullable Turn current() {
    String id = event.turnId();
    for (int i = open.size() - 1; i >= 0; i--) {
      if (id == null || id.equals(open.get(i).id)) {
        return open.get(i);
      }
    }
    return open.isEmpty() ? null : open.getLast();
  }

  /** The event has ended, which told of so much, if it did. */
  void eventEnded(UsageReading reading) {
    switch (event.kind()) {
      case "response.created" -> {
        turns.begun();
        open.add(new Turn(++begun, event.turnId(), given()));
      }
      case "response.done" -> {
        turns.done();
        done(reading);
      }
      case "error" -> turns.refused(event.errorCode(), event.causeId());
      case "session.created" -> turns.configured(false, event.answersNobody());
      case "session.updated", "transcription_session.updated" ->
          turns.configured(true, event.answersNobody());
      default -> {}
    }
  }

  private Given given() {
    return new Given(client.total(), session.estimate());
  }

  private void done(UsageReading reading) {
    Turn ended = current();
    open.remove(ended);
    TokenUsage usage = reading.usage();
    if (usage == null) {
      return;
    }
    if (ended != null && ended.number > known.number) {
      known = ended;
    }
    // One beside the conversation has less of it.
    if (usage.input() + usage.output() > told) {
      told = usage.input() + usage.output();
      toldSound = reading.details().audioInput() + reading.details().audioOutput();
    }
  }

  /** Whether the provider works on a turn, or was asked to. */
  boolean isOpen() {
    return !open.isEmpty() || turns.unanswered() > 0;
  }

  /** What is owed for them. */
  UsageReading owed() {
    TokenUsage usage = new TokenUsage(0, 0, 0, 0, 0);
    UsageDetails details = UsageDetails.NONE;
    List<Turn> owed = new ArrayList<>(open);
    for (int i = turns.unanswered(); i > 0; i--) {
      owed.add(new Turn(0, null, given()));
    }
    for (Turn turn : owed) {
      UsageReading own = owed(turn);
      usage = own.usage() == null ? usage : usage.plus(own.usage());
      details = details.plus(own.details());
    }
    return new UsageReading(usage, null, details, true);
  }

  private UsageReading owed(Turn turn) {
    Amount said = turn.given.client().since(known.given.client());
    long saidSound = tokens(said.sound(), SoundLength.INPUT_OF_SECOND);
    long added = Math.max(0, turn.given.session() - known.given.session()) + PER_TURN;
    long input = Math.min(most.input(), told + said.tokens() + saidSound + added);
    long passed = tokens(turn.sound, SoundLength.OUTPUT_OF_SECOND);
    long output = Math.min(most.output(), turn.written.estimate() + passed);
    return new UsageReading(
        new TokenUsage(input, output, 0, 0, 0),
        null,
        new UsageDetails(0, toldSound + saidSound, said.images(), passed, 0, 0, 0, 0, 0),
        true);
  }

  private long tokens(long base64, int ofSecond) {
    return SoundLength.tokens(base64, ofSecond, event.soundFormat());
  }
}
