package dev.tollgate.gateway.usage;

import java.nio.charset.StandardCharsets;

/**
 * Passes the {@code data} of a server-sent event stream on as one JSON document per event. Lines
 * end with LF, CR or CR LF (WHATWG HTML §9.2.6); a space after the colon is optional; several data
 * lines of an event continue one document. No line is held, however long.
 */
final class SseUsageScanner implements AnswerScanner {

  private static final byte[] FIELD = "data:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private enum State {
    /** In the first bytes of a line, all of them as in {@link #FIELD} so far. */
    FIELD,
    /** In the value of a data line. */
    DATA,
    /** In any other line. */
    OTHER
  }

  private final JsonUsageScanner json;
  private State state = State.FIELD;
  private int matched;
  private boolean lineEmpty = true;
  private boolean afterReturn;
  private int markBytes;

  SseUsageScanner(JsonUsageScanner json) {
    this.json = json;
  }

  @Override
  public void scan(byte[] bytes, int from, int to) {
    int i = skipByteOrderMark(bytes, from, to);
    while (i < to) {
      int end = JsonBytes.endOfLine(bytes, i, to);
      if (end > i) {
        line(bytes, i, end);
      }
      if (end < to) {
        endOfLine(bytes[end]);
      }
      i = end + 1;
    }
  }

  private int skipByteOrderMark(byte[] bytes, int from, int to) {
    int i = from;
    while (markBytes < BYTE_ORDER_MARK.length && i < to) {
      if (bytes[i] != BYTE_ORDER_MARK[markBytes]) {
        markBytes = BYTE_ORDER_MARK.length;
        return i;
      }
      markBytes++;
      i++;
    }
    return i;
  }

  private void line(byte[] bytes, int from, int to) {
    lineEmpty = false;
    afterReturn = false;
    int i = state == State.FIELD ? field(bytes, from, to) : from;
    if (state == State.DATA) {
      json.scan(bytes, i, to);
    }
  }

  private int field(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != FIELD[matched]) {
        state = State.OTHER;
        return to;
      }
      if (++matched == FIELD.length) {
        state = State.DATA;
        return i + 1;
      }
    }
    return to;
  }

  private void endOfLine(byte b) {
    boolean secondHalf = afterReturn && b == '\n';
    afterReturn = b == '\r';
    if (secondHalf) {
      return;
    }
    if (lineEmpty) {
      json.reset();
    }
    lineEmpty = true;
    matched = 0;
    state = State.FIELD;
  }
}
