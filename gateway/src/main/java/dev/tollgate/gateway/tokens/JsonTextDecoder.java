package dev.tollgate.gateway.tokens;

/**
 * Decodes the bytes of JSON strings, UTF-8 with escapes, cut anywhere, and hands them to a sink.
 * Malformed input does no harm: what cannot be read counts as one unit.
 */
final class JsonTextDecoder {

  /** What is longer is handed on in parts: a sink takes them as they come. */
  private static final int LARGEST_BUFFER = 128;

  /** A chunk of an answer has a word or two; thousands of streams each hold such a buffer. */
  private static final int SMALLEST_BUFFER = 32;

  private static final int HEX_DIGITS = 4;
  private static final char[] NONE = {};
  private static final char REPLACEMENT = '\uFFFD';

  private final TextSink sink;

  /** Made when it is needed. */
  private char[] decoded = NONE;

  private int length;

  private boolean escaped;
  private int hexDue;
  private int continuationsDue;
  private int value;

  JsonTextDecoder(TextSink sink) {
    this.sink = sink;
  }

  /** Takes {@code bytes[from, to)} of a string, without its quotes. */
  void add(byte[] bytes, int from, int to) {
    makeRoom(to - from);
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b >= 0 && b != '\\' && !escaped && hexDue == 0) {
        append((char) b);
      } else {
        addSpecial(b);
      }
    }
    flush();
  }

  private void addSpecial(byte b) {
    if (hexDue > 0) {
      hex(b);
    } else if (escaped) {
      escape(b);
    } else if (b == '\\') {
      escaped = true;
    } else {
      multiByte(b);
    }
  }

  private void hex(byte b) {
    value = value << 4 | Math.max(0, Character.digit((char) (b & 0xFF), 16));
    if (--hexDue == 0) {
      append((char) value);
    }
  }

  private void escape(byte b) {
    escaped = false;
    switch (b) {
      case 'u' -> {
        hexDue = HEX_DIGITS;
        value = 0;
      }
      case 'n' -> append('\n');
      case 't' -> append('\t');
      case 'r' -> append('\r');
      case 'b' -> append('\b');
      case 'f' -> append('\f');
      default -> append((char) (b & 0x7F));
    }
  }

  private void multiByte(byte b) {
    int bits = b & 0xFF;
    if (bits >= 0xC0) {
      continuationsDue = bits >= 0xF0 ? 3 : bits >= 0xE0 ? 2 : 1;
      value = bits & (0x3F >> continuationsDue);
    } else if (continuationsDue == 0) {
      append(REPLACEMENT);
    } else {
      value = value << 6 | (bits & 0x3F);
      if (--continuationsDue == 0) {
        appendCodePoint();
      }
    }
  }

  private void appendCodePoint() {
    if (value <= Character.MAX_VALUE) {
      append((char) value);
    } else if (value <= Character.MAX_CODE_POINT) {
      append(Character.highSurrogate(value));
      append(Character.lowSurrogate(value));
    } else {
      append(REPLACEMENT);
    }
  }

  private void append(char c) {
    if (length == decoded.length) {
      flush();
    }
    decoded[length++] = c;
  }

  /** At once for all that comes, which is one char a byte at most; nothing is held by now. */
  private void makeRoom(int chars) {
    int wanted = chars <= SMALLEST_BUFFER ? SMALLEST_BUFFER : LARGEST_BUFFER;
    if (decoded.length < Math.min(chars, wanted)) {
      decoded = new char[wanted];
    }
  }

  private void flush() {
    sink.add(decoded, 0, length);
    length = 0;
  }

  /** The string is complete. */
  void end() {
    flush();
    escaped = false;
    hexDue = 0;
    continuationsDue = 0;
    sink.end();
  }
}
