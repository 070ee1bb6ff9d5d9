package dev.tollgate.gateway.tokens;

/**
 * Counts what of one answer has passed, for when its provider never tells: the answer was cut, or
 * is still on its way. An estimate that errs high, at some nanoseconds a unit of text: by {@link
 * TextEstimate} and an eighth more, since the latest encodings have more tokens; at least one token
 * for each piece that came by itself; {@value #PER_CALL} for each call of a tool, {@value #ONCE}
 * for the end of the answer. What does not pass cannot be counted: reasoning that the provider
 * keeps to itself, pictures, sound. Used by one event loop at a time.
 */
public final class OutputTokens {

  /** What recorded answers spend on a call beside its name and arguments, at most. */
  private static final int PER_CALL = 30;

  private static final int ONCE = 4;

  private final TextEstimate estimate = new TextEstimate();
  private final JsonTextDecoder decoder = new JsonTextDecoder(estimate);
  private long pieces;
  private long calls;
  private boolean inPiece;

  /** Takes bytes of a JSON string that the model wrote, without its quotes, or of other JSON. */
  public void text(byte[] bytes, int from, int to) {
    inPiece |= from < to;
    decoder.add(bytes, from, to);
  }

  /** The string, or the other JSON, has ended. */
  public void textEnded() {
    pieces += inPiece ? 1 : 0;
    inPiece = false;
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
    return Math.max(estimate.tokens() * 9 / 8, pieces) + calls * PER_CALL + ONCE;
  }
}
