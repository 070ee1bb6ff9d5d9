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
    String id, Fate fate, String model, int maxTokens, int words, int until, int pauseMillis) {

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
    /** The provider fails and bills nothing. */
    FAILED,
    /** The provider bills twice the answer. */
    OVERBILLED
  }

  private static final String PROMPT = "say a few words of your own choice";

  static Call of(String id, Fate fate, String model, int words) {
    return new Call(id, fate, model, words, words, words, 0);
  }

  /** The same under another id. */
  Call again(int number) {
    return new Call(id + "." + number, fate, model, maxTokens, words, until, pauseMillis);
  }

  Call pausing(int millis) {
    return new Call(id, fate, model, maxTokens, words, until, millis);
  }

  Call until(int word) {
    return new Call(id, fate, model, maxTokens, words, word, pauseMillis);
  }

  Call withMaximum(int tokens) {
    return new Call(id, fate, model, tokens, words, until, pauseMillis);
  }

  boolean streamed() {
    return fate != Fate.WHOLE && fate != Fate.OVERBILLED && fate != Fate.FAILED;
  }

  String body() {
    String maximum = maxTokens == 0 ? "" : ",\"max_tokens\":" + maxTokens;
    return """
    {"model":"%s","stream":%b%s,"messages":[{"role":"user","content":"%s %s"}]}\
    """
        .formatted(model, streamed(), maximum, id, PROMPT);
  }
}
