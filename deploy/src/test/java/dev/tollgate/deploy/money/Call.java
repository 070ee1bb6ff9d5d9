package dev.tollgate.deploy.money;

/**
 * What a client asks, and what is to become of it.
 *
 * @param id in the prompt and as the request's id, so that the provider's bill is found by it
 * @param maxTokens that the client allows; 0: it says no maximum
 * @param words of the whole answer, each of them a token
 * @param until after so many words a client leaves, or the provider breaks off
 * @param pauseMillis before each word of a stream
 */
record Call(
    String id,
    Fate fate,
    String model,
    int maxTokens,
    int words,
    int until,
    int pauseMillis,
    Dialect dialect) {

  enum Fate {
    /** Answered in one document. */
    WHOLE,
    /** Streamed to the end. */
    STREAM,
    /** The provider breaks off its stream. */
    CUT,
    /** The client leaves the stream, which is silent from there on. */
    LEFT,
    /** The client leaves before there is an answer. */
    LEFT_EARLY,
    /** The client leaves an answer in one document, of which no more comes from there on. */
    LEFT_WHOLE,
    /** The provider fails and bills nothing. */
    FAILED,
    /** The provider bills twice the answer. */
    OVERBILLED
  }

  private static final String PROMPT = "say a few words of your own choice";

  static Call of(String id, Fate fate, String model, int words) {
    return new Call(id, fate, model, words, words, words, 0, Dialect.OPENAI);
  }

  /** The same under another id. */
  Call again(int number) {
    return new Call(id + "." + number, fate, model, maxTokens, words, until, pauseMillis, dialect);
  }

  Call pausing(int millis) {
    return new Call(id, fate, model, maxTokens, words, until, millis, dialect);
  }

  Call until(int word) {
    return new Call(id, fate, model, maxTokens, words, word, pauseMillis, dialect);
  }

  Call withMaximum(int tokens) {
    return new Call(id, fate, model, tokens, words, until, pauseMillis, dialect);
  }

  Call speaking(Dialect other) {
    return new Call(id, fate, model, maxTokens, words, until, pauseMillis, other);
  }

  boolean hasMaximum() {
    return maxTokens != 0;
  }

  /** Whether the provider answers to the end, and the client stays. */
  boolean isForWholeAnswer() {
    return fate == Fate.WHOLE || fate == Fate.STREAM || fate == Fate.OVERBILLED;
  }

  boolean streamed() {
    return switch (fate) {
      case STREAM, CUT, LEFT, LEFT_EARLY -> true;
      case WHOLE, LEFT_WHOLE, FAILED, OVERBILLED -> false;
    };
  }

  String path() {
    return dialect.path(this);
  }

  String body() {
    return dialect.body(this, id + " " + PROMPT);
  }
}
