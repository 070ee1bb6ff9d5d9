package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.tokens.OutputTokens;
import java.util.ArrayDeque;

/**
 * What a conversation owes for what its client said that the provider writes down, and has not told
 * the usage of: by our own count. It begins when a part of the sound is committed, where the
 * session has a model for it, or with its first words.
 */
final class OpenTranscriptions {

  private static final String EVENTS = "conversation.item.input_audio_transcription.";
  private static final String COMMITTED = "input_audio_buffer.committed";

  /** Beyond any that are under way at once: the rest is taken together. */
  private static final int MOST = 64;

  private final EventTexts event;
  private final ClientEventReader client;

  /** The sound of each that is under way, in characters of base64, in their order. */
  private final ArrayDeque<Long> open = new ArrayDeque<>();

  private OutputTokens written = new OutputTokens();

  /** How much of what the client said was given to one already. */
  private long given;

  /**
   * @param event that is being read
   */
  OpenTranscriptions(EventTexts event, ClientEventReader client) {
    this.event = event;
    this.client = client;
  }

  /** Whether that is an event of one. */
  static boolean isOne(String event) {
    return event.startsWith(EVENTS);
  }

  /** A piece of what was written. */
  void text(byte[] bytes, int from, int to) {
    written.text(bytes, from, to);
  }

  void textEnded() {
    written.textEnded();
  }

  void eventEnded() {
    String kind = event.kind();
    if (kind.equals(COMMITTED) && event.transcriber() != null) {
      begun();
    } else if (isOne(kind)) {
      if (kind.endsWith(".delta")) {
        written();
      } else if (kind.endsWith(".completed") || kind.endsWith(".failed")) {
        done();
      }
    }
  }

  private void begun() {
    long said = client.total().sound();
    long sound = said - given;
    given = said;
    open.addLast(open.size() < MOST ? sound : sound + open.removeLast());
  }

  private void written() {
    if (open.isEmpty()) {
      begun();
    }
  }

  private void done() {
    if (open.size() <= 1) {
      written = new OutputTokens();
    }
    var _ = open.pollFirst();
  }

  /** Whether the provider is at one. */
  boolean isOpen() {
    return !open.isEmpty();
  }

  /** What is owed for them. */
  UsageReading owed() {
    long sound = open.stream().mapToLong(Long::longValue).sum();
    long heard = SoundLength.tokens(sound, SoundLength.INPUT_OF_SECOND, event.soundFormat());
    return new UsageReading(
        new TokenUsage(heard, written.estimate(), 0, 0, 0),
        null,
        new UsageDetails(0, heard, 0, 0, 0, 0, 0, 0, 0),
        true);
  }
}
