package dev.tollgate.gateway.streaming;

import io.netty.buffer.ByteBuf;

/**
 * Knows where in a server-sent event stream the bytes that passed so far end, whatever their line
 * ends (LF, CR, CR LF). Looks at the last bytes of each chunk only.
 */
public final class SseBoundary {

  /** Where the bytes that passed end. */
  public enum Position {
    /** Between two events, or before the first. */
    EVENT_BOUNDARY,
    /** After a whole line of an event that is not closed. */
    LINE_END,
    /**
     * Within a line. What stands there is broken and reaches the client as an event when it is
     * closed; a client that must not see it has to be cut off instead.
     */
    MID_LINE
  }

  private Position position = Position.EVENT_BOUNDARY;
  private boolean afterReturn;

  /** Takes note of the readable bytes of {@code chunk}; leaves it as it is. */
  public void passed(ByteBuf chunk) {
    int to = chunk.writerIndex();
    int from = startOfLineEnds(chunk, to);
    if (from > chunk.readerIndex()) {
      position = Position.MID_LINE;
      afterReturn = false;
    }
    for (int i = from; i < to && !isSettled(i, from); i++) {
      lineEnd(chunk.getByte(i));
    }
    if (to > from) {
      afterReturn = chunk.getByte(to - 1) == '\r';
    }
  }

  public Position position() {
    return position;
  }

  /** What must be written first so that an event of its own can follow. */
  public String separator() {
    return switch (position) {
      case EVENT_BOUNDARY -> "";
      // After a CR the first LF is only its second half.
      case LINE_END -> afterReturn ? "\n\n" : "\n";
      case MID_LINE -> "\n\n";
    };
  }

  private static int startOfLineEnds(ByteBuf chunk, int to) {
    int i = to;
    while (i > chunk.readerIndex() && isLineEnd(chunk.getByte(i - 1))) {
      i--;
    }
    return i;
  }

  /** Four bytes of line ends are two line ends at least, and an event is over. */
  private static boolean isSettled(int i, int from) {
    return i - from >= 4;
  }

  private void lineEnd(byte b) {
    boolean secondHalf = b == '\n' && afterReturn;
    afterReturn = b == '\r';
    if (!secondHalf) {
      position = position == Position.MID_LINE ? Position.LINE_END : Position.EVENT_BOUNDARY;
    }
  }

  private static boolean isLineEnd(byte b) {
    return b == '\n' || b == '\r';
  }
}
