package dev.tollgate.gateway.tokens;

/**
 * Counts what of one answer has passed, for when its provider never tells: the answer was cut, or
 * is still on its way. At least one token for each piece that came by itself; {@value #PER_CALL}
 * for each call of a tool, {@value #ONCE} for the end of the answer. What does not pass cannot be
 * counted: reasoning that the provider keeps to itself, pictures, sound. Used by one event loop at
 * a time.
 */
public final class OutputTokens {

  /** What recorded answers spend on a call beside its name and arguments, at most. */
  private static final int PER_CALL = 30;

  private static final int ONCE = 4;

  /** Four times what any model writes in one answer, and some tenths of a second to be counted. */
  private static final int MOST_COUNTED = 1 << 21;

  private final TextSink text;
  private final JsonTextDecoder decoder;
  private final boolean counted;
  private long bytes;
  private long pieces;
  private long calls;
  private boolean inPiece;

  /**
   * An estimate that errs high, at some nanoseconds a unit of text: by {@link TextEstimate} and an
   * eighth more, since the latest encodings have more tokens.
   */
  public OutputTokens() {
    this.text = new TextEstimate();
    this.decoder = new JsonTextDecoder(text);
    this.counted = false;
  }

  /**
   * Counts the texts one by one, for an answer that comes in pieces of a few tokens: what lies
   * across two of them is counted as both. What is beyond {@value #MOST_COUNTED} bytes is
   * estimated.
   */
  OutputTokens(CountedText.Counting encoding) {
    this.text = new CountedText(encoding, () -> bytes, MOST_COUNTED);
    this.decoder = new JsonTextDecoder(text);
    this.counted = true;
  }

  /** Takes bytes of a JSON string that the model wrote, without its quotes, or of other JSON. */
  public void text(byte[] bytes, int from, int to) {
    inPiece |= from < to;
    this.bytes += to - from;
    decoder.add(bytes, from, to);
  }

  /** The string, or the other JSON, has ended. */
  public void textEnded() {
    pieces += inPiece ? 1 : 0;
    inPiece = false;
    if (counted) {
      decoder.end();
    }
  }

  /** The model calls a tool. */
  public void call() {
    calls++;
  }

  /** Tokens so far; 0 where nothing has passed. */
  public long estimate() {
    if (pieces == 0 && calls == 0 && !inPiece) {
      return 0;
    }
    long tokens = counted ? text.tokens() : text.tokens() * 9 / 8;
    return Math.max(tokens, pieces) + calls * PER_CALL + ONCE;
  }
}
