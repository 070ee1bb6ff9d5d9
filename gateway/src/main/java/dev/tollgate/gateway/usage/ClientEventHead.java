package dev.tollgate.gateway.usage;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads what an event of a client is, however it is written: money depends on it. A type that is
 * given twice is both, and one with escapes in it may be any. What is no JSON object is no event.
 */
final class ClientEventHead implements AnswerScanner {

  private static final int LONGEST_ID = 512;
  private static final int LONGEST_NAME = 16;

  private enum State {
    /** Before the object. */
    BEFORE,
    /** In the object, before a name. */
    MEMBERS,
    NAME,
    COLON,
    VALUE,
    /** In a string that is read. */
    TEXT,
    STRING,
    SCALAR,
    /** In an object or array that is passed over. */
    NESTED,
    NESTED_STRING,
    AFTER
  }

  private final byte[] text = new byte[LONGEST_ID];
  private State state = State.BEFORE;
  private int length;
  private boolean cut;
  private boolean odd;
  private boolean escaped;
  private int depth;
  private boolean ofType;
  private boolean ofId;
  private boolean asks;
  private boolean speaks;
  private boolean configures;
  private boolean identified;
  private boolean unsure;
  private @Nullable String id;

  /** The next byte begins another event. */
  void reset() {
    state = State.BEFORE;
    asks = false;
    speaks = false;
    configures = false;
    identified = false;
    unsure = false;
    id = null;
  }

  /** Whether it may ask for a turn. */
  boolean asks() {
    return asks;
  }

  /** Whether it may be sound. */
  boolean speaks() {
    return speaks;
  }

  /** Whether it may change the session. */
  boolean configures() {
    return configures;
  }

  /** Of the event; null where it has none, or one that is written in a strange way. */
  @Nullable String id() {
    return id;
  }

  /** Whether it may have an id that is not the one told here. */
  boolean isIdUnsure() {
    return unsure;
  }

  @Override
  public void scan(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      i =
          switch (state) {
            case BEFORE -> before(bytes[i], i);
            case MEMBERS -> members(bytes[i], i);
            case COLON -> colon(bytes[i], i);
            case VALUE -> value(bytes[i], i);
            case SCALAR -> scalar(bytes[i], i);
            case NAME, TEXT, STRING, NESTED_STRING -> string(bytes, i, to);
            case NESTED -> nested(bytes, i, to);
            case AFTER -> to;
          };
    }
  }

  private int before(byte b, int i) {
    state =
        switch (b) {
          // white space, and the mark that some begin a text with
          case ' ', '\t', '\r', '\n', (byte) 0xEF, (byte) 0xBB, (byte) 0xBF -> State.BEFORE;
          case '{' -> State.MEMBERS;
          default -> State.AFTER;
        };
    return i + 1;
  }

  private int members(byte b, int i) {
    switch (b) {
      case '"' -> beginString(State.NAME);
      case '}' -> state = State.AFTER;
      default -> {}
    }
    return i + 1;
  }

  private int colon(byte b, int i) {
    if (b == ':') {
      state = State.VALUE;
    }
    return i + 1;
  }

  private int value(byte b, int i) {
    switch (b) {
      case ' ', '\t', '\r', '\n' -> {}
      case '"' -> beginString(ofType || ofId ? State.TEXT : State.STRING);
      case '{', '[' -> {
        unsure |= ofId;
        depth = 1;
        state = State.NESTED;
      }
      default -> {
        unsure |= ofId;
        state = State.SCALAR;
        return i;
      }
    }
    return i + 1;
  }

  private int scalar(byte b, int i) {
    switch (b) {
      case ',' -> state = State.MEMBERS;
      case '}' -> state = State.AFTER;
      default -> {}
    }
    return i + 1;
  }

  private void beginString(State kind) {
    state = kind;
    length = 0;
    cut = false;
    odd = false;
    escaped = false;
  }

  private int string(byte[] bytes, int from, int to) {
    if (escaped) {
      escaped = false;
      return from + 1;
    }
    int end = JsonBytes.endOfPlain(bytes, from, to);
    if (state == State.NAME || state == State.TEXT) {
      keep(bytes, from, end);
    }
    if (end == to) {
      return to;
    }
    if (bytes[end] == '"') {
      endString();
    } else {
      escaped = true;
      odd = true;
    }
    return end + 1;
  }

  private void keep(byte[] bytes, int from, int to) {
    int kept = Math.min(to - from, LONGEST_ID - length);
    System.arraycopy(bytes, from, text, length, kept);
    length += kept;
    cut |= kept < to - from;
  }

  private void endString() {
    state =
        switch (state) {
          case NAME -> endName();
          case TEXT -> endText();
          case NESTED_STRING -> State.NESTED;
          default -> State.MEMBERS;
        };
  }

  private State endName() {
    String name = length > LONGEST_NAME ? "" : kept();
    // Some readers take no notice of case.
    ofType = odd || name.equalsIgnoreCase("type");
    ofId = !odd && name.equals("event_id");
    boolean mayIdentify = odd || name.equalsIgnoreCase("event_id");
    unsure |= mayIdentify && (!ofId || identified);
    identified |= mayIdentify;
    return State.COLON;
  }

  private State endText() {
    if (ofId) {
      unsure |= odd || cut;
      id = odd || cut ? null : kept();
    } else if (odd) {
      asks = true;
      speaks = true;
      configures = true;
    } else {
      type(kept());
    }
    return State.MEMBERS;
  }

  private String kept() {
    return new String(text, 0, length, StandardCharsets.UTF_8);
  }

  private void type(String type) {
    switch (type.toLowerCase(Locale.ROOT)) {
      case "response.create" -> asks = true;
      case "input_audio_buffer.append", "input_audio_buffer.commit" -> speaks = true;
      case "session.update", "transcription_session.update" -> configures = true;
      default -> {}
    }
  }

  private int nested(byte[] bytes, int from, int to) {
    int i = JsonBytes.nextStructure(bytes, from, to);
    if (i == to) {
      return to;
    }
    if (bytes[i] == '"') {
      beginString(State.NESTED_STRING);
    } else {
      depth += JsonBytes.opens(bytes[i]) ? 1 : -1;
      state = depth == 0 ? State.MEMBERS : State.NESTED;
    }
    return i + 1;
  }
}
