package dev.tollgate.gateway.tokens;

import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Walks a JSON document that has been found well-formed already, through a window of {@value
 * #WINDOW} bytes: strings are handed on as they stand, none is ever held whole. What is not
 * well-formed is read as anything, but always to an end.
 */
final class JsonBody {

  private static final int WINDOW = 8 * 1024;
  private static final int LONGEST_NUMBER = 32;

  /** Of numbers that are below {@link #MOST}. */
  private static final int FEW_DIGITS = 12;

  /** What is shorter is read sooner than looked up. */
  private static final int SHORTEST_WRITTEN = 2;

  /** Beyond any count of tokens, and far from an overflow of sums. */
  static final long MOST = 1_000_000_000_000L;

  private static final BigDecimal MOST_EXACT = BigDecimal.valueOf(MOST);

  /** What a value is. */
  enum Kind {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    OTHER
  }

  /** Takes bytes as they pass; the array is only valid during the call. */
  interface ByteSink {
    void add(byte[] bytes, int from, int to);
  }

  private static final ByteSink NOWHERE = (bytes, from, to) -> {};

  private final ByteBuf body;
  private final int begin;
  private final byte[] window;
  private int next;
  private int at;
  private int limit;

  /** Of the string that stands next: its last quote. */
  private int end;

  JsonBody(ByteBuf body) {
    this.body = body;
    this.begin = body.readerIndex();
    this.next = begin;
    this.window = new byte[Math.clamp(body.readableBytes(), 1, WINDOW)];
  }

  /** Whether there is a byte at {@link #at}. */
  private boolean filled() {
    if (at < limit) {
      return true;
    }
    int length = Math.min(window.length, body.writerIndex() - next);
    body.getBytes(next, window, 0, length);
    next += length;
    at = 0;
    limit = length;
    return length > 0;
  }

  private void skipSpace() {
    while (filled() && (window[at] <= ' ' || window[at] == ',' || window[at] == ':')) {
      at++;
    }
  }

  /** The offset of the next byte; after {@link #kind} that of the value that stands next. */
  int position() {
    return next - limit + at - begin;
  }

  /** Whether null stands next. */
  boolean isNull() {
    return kind() == Kind.OTHER && filled() && window[at] == 'n';
  }

  /** What stands next; OTHER at the end. */
  Kind kind() {
    skipSpace();
    if (!filled()) {
      return Kind.OTHER;
    }
    return switch (window[at]) {
      case '{' -> Kind.OBJECT;
      case '[' -> Kind.ARRAY;
      case '"' -> Kind.STRING;
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> Kind.NUMBER;
      default -> Kind.OTHER;
    };
  }

  /** Enters the object or array that stands next. */
  void enter() {
    skipSpace();
    at++;
  }

  /** Whether another member or element follows; if not, leaves the object or array. */
  boolean hasNext() {
    skipSpace();
    if (!filled()) {
      return false;
    }
    if (window[at] == '}' || window[at] == ']') {
      at++;
      return false;
    }
    return true;
  }

  /** Hands on what stands between the quotes of the string that stands next, escapes and all. */
  void string(ByteSink sink) {
    enter();
    boolean escaped = false;
    while (filled()) {
      int i = at;
      while (i < limit && (escaped || window[i] != '"')) {
        escaped = !escaped && window[i] == '\\';
        i++;
      }
      sink.add(window, at, i);
      at = i;
      if (i < limit) {
        at++;
        return;
      }
    }
  }

  /**
   * What the string that stands next says, and leaves it behind. Null where it is longer, or not
   * written as it reads, in ASCII without escapes, or not all in the window: it still stands next.
   */
  @Nullable String plain(int longest) {
    skipSpace();
    int first = at + 1;
    int most = Math.min(limit, first + longest + 1);
    int i = first;
    while (i < most && window[i] >= ' ' && window[i] != '"' && window[i] != '\\') {
      i++;
    }
    if (i >= most || window[i] != '"') {
      return null;
    }
    at = i + 1;
    String usual = UsualNames.find(window, first, i);
    return usual != null
        ? usual
        : new String(window, first, i - first, StandardCharsets.ISO_8859_1);
  }

  /**
   * The string that stands next; it goes on to stand next, and is only valid until something else
   * is read. Null where it is short, or longer than the window.
   */
  @Nullable Written written() {
    skipSpace();
    end = endOfString();
    if (end == limit) {
      moveWindow();
      end = endOfString();
    }
    int length = end - at - 1;
    return end == limit || length < SHORTEST_WRITTEN ? null : new Written(window, at + 1, end);
  }

  /** Leaves behind the string that {@link #written} has told of. */
  void pass() {
    at = end + 1;
  }

  /** Its last quote; the limit where that is not in the window. */
  private int endOfString() {
    int first = Math.min(at + 1, limit);
    int quote = find('"', first, limit);
    if (find('\\', first, quote) == quote) {
      return quote;
    }
    int i = first;
    while (i < limit && window[i] != '"') {
      i += window[i] == '\\' ? 2 : 1;
    }
    return Math.min(i, limit);
  }

  /** Where a byte is first within a part of the window, else its end; looks at many at a time. */
  private int find(char wanted, int from, int to) {
    int ofWindow = next - limit;
    int found = body.indexOf(ofWindow + from, ofWindow + to, (byte) wanted);
    return found < 0 ? to : found - ofWindow;
  }

  /** So that it begins with what stands next. */
  private void moveWindow() {
    int kept = limit - at;
    System.arraycopy(window, at, window, 0, kept);
    int more = Math.min(window.length - kept, body.writerIndex() - next);
    body.getBytes(next, window, kept, more);
    next += more;
    at = 0;
    limit = kept + more;
  }

  /** Hands on the value that stands next as it is written. */
  void raw(ByteSink sink) {
    switch (kind()) {
      case STRING -> string(sink);
      case OBJECT, ARRAY -> rawContainer(sink);
      case NUMBER, OTHER -> rawScalar(sink);
    }
  }

  private void rawContainer(ByteSink sink) {
    int depth = 0;
    boolean quoted = false;
    boolean escaped = false;
    do {
      int i = at;
      boolean ended = false;
      while (i < limit && !ended) {
        byte b = window[i++];
        if (quoted) {
          quoted = escaped || b != '"';
          escaped = !escaped && b == '\\';
        } else if (b == '"') {
          quoted = true;
        } else if (b == '{' || b == '[') {
          depth++;
        } else if (b == '}' || b == ']') {
          ended = --depth == 0;
        }
      }
      sink.add(window, at, i);
      at = i;
      if (ended) {
        return;
      }
    } while (filled());
  }

  private void rawScalar(ByteSink sink) {
    boolean moved = false;
    while (filled() && !endsScalar(window[at])) {
      sink.add(window, at, at + 1);
      at++;
      moved = true;
    }
    if (!moved && filled()) {
      at++;
    }
  }

  private static boolean endsScalar(byte b) {
    return b == ',' || b == '}' || b == ']' || (b >= 0 && b <= ' ');
  }

  void skip() {
    raw(NOWHERE);
  }

  /**
   * The number that stands next, rounded up, at most {@link #MOST}; 0 for what is below 1: who
   * reads whole numbers may cut that off.
   */
  long number() {
    long whole = wholeNumber();
    return whole < 0 ? anyNumber() : whole;
  }

  /** Of a few digits and nothing else; below 0: it is written in another way. */
  private long wholeNumber() {
    skipSpace();
    long value = 0;
    int i = at;
    while (i < limit && i - at < FEW_DIGITS && window[i] >= '0' && window[i] <= '9') {
      value = 10 * value + window[i] - '0';
      i++;
    }
    if (i == at || i == limit || !endsScalar(window[i])) {
      return -1;
    }
    at = i;
    return value;
  }

  private long anyNumber() {
    byte[] digits = new byte[LONGEST_NUMBER];
    int[] length = new int[1];
    raw((bytes, from, to) -> {
      if (length[0] < LONGEST_NUMBER) {
        digits[length[0]] = bytes[from];
      }
      length[0]++;
    });
    return number(digits, length[0]);
  }

  private static long number(byte[] digits, int length) {
    if (length > LONGEST_NUMBER) {
      return MOST;
    }
    Long value = number(new String(digits, 0, length, StandardCharsets.US_ASCII));
    return value == null ? 0 : value;
  }

  /** A number as above, as somebody has written it; null: it is none. */
  static @Nullable Long number(String text) {
    try {
      BigDecimal value = new BigDecimal(text);
      if (value.compareTo(BigDecimal.ONE) < 0) {
        return 0L;
      }
      return value.compareTo(MOST_EXACT) > 0
          ? MOST
          : value.setScale(0, RoundingMode.CEILING).longValue();
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
