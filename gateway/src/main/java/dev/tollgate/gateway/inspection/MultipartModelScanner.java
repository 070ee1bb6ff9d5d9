package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.gateway.inspection.Inspection.Malformed;
import dev.tollgate.gateway.inspection.PartHeaders.Field;
import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fields {@code model}, {@code stream} and {@code n} of a {@code multipart/form-data}
 * body that passes in chunks cut anywhere. Files pass unread but for their delimiters.
 *
 * <p>Form readers differ widely in what they forgive. This one forgives nothing (RFC 2046, section
 * 5.1; RFC 7578): where two readers might see different fields, the body is malformed. In
 * particular a line in a part that begins like a delimiter but is none, after whatever line break,
 * ends the reading.
 *
 * <p>Holds at most {@value #MAX_HEADER_BYTES} bytes of headers and one field. For one body, by one
 * thread at a time.
 */
final class MultipartModelScanner {

  static final int MAX_HEADER_BYTES = 8 * 1024;

  /** Beyond any count of answers. */
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

  /** The longest model in the longest encoding. */
  private static final int MAX_VALUE_BYTES = 3 * ModelText.MAX_LENGTH;

  /** How far the reading of a body has come. */
  sealed interface State {
    /** Nothing is wrong so far; the end of the form, or of the body, is still to come. */
    record Reading() implements State {}

    /** The body has ended, where its form did. */
    record Complete() implements State {}

    /** The body must not be passed on. */
    record Refused(Malformed malformed) implements State {}
  }

  private enum At {
    FIRST_DELIMITER,
    AFTER_DELIMITER,
    AFTER_DELIMITER_CR,
    AFTER_DELIMITER_DASH,
    HEADERS,
    CONTENT,
    AFTER_FORM,
    AFTER_FORM_CR,
    AFTER_LAST_LINE
  }

  /** What stands right before the current byte of a part's content. */
  private enum Break {
    NONE,
    /** The header block: what follows has no line break of its own. */
    HEADERS,
    CR,
    LF,
    CRLF
  }

  private static final State READING = new State.Reading();
  private static final State COMPLETE = new State.Complete();

  private final byte[] delimiter;
  private final ByteStore headers = new ByteStore(MAX_HEADER_BYTES);
  private final ByteStore value;

  private State state = READING;
  private At at = At.FIRST_DELIMITER;
  private Break lineBreak = Break.NONE;
  private int matched;
  private long contentBytes;
  private PartHeaders part = new PartHeaders(Field.OTHER, -1);
  private @Nullable String model;
  private @Nullable Boolean stream;
  private @Nullable Long choices;

  MultipartModelScanner(MultipartBoundary boundary) {
    this.delimiter = boundary.dashed();
    this.value = new ByteStore(MAX_VALUE_BYTES + 2 + delimiter.length);
  }

  /**
   * Reads the next bytes; after {@link State.Refused} it reads nothing.
   *
   * @param chunk neither consumed nor released
   */
  void accept(ByteBuf chunk) {
    if (!(state instanceof State.Reading)) {
      return;
    }
    try {
      read(chunk);
    } catch (MalformedBodyException e) {
      state = new State.Refused(e.malformed());
    }
  }

  /** The body has ended. */
  void end() {
    if (!(state instanceof State.Reading)) {
      return;
    }
    state =
        at == At.AFTER_FORM || at == At.AFTER_LAST_LINE
            ? COMPLETE
            : new State.Refused(
                new Malformed("The multipart body ends before its last boundary.", null));
  }

  State state() {
    return state;
  }

  /** The model, once its part has ended; null until then, and where the form names none. */
  @Nullable String model() {
    return model;
  }

  /** Whether the form asks for a stream, as far as it has been read. */
  boolean stream() {
    return Boolean.TRUE.equals(stream);
  }

  /** How many answers the form asks for, at least 1; null until then, and where it does not say. */
  @Nullable Long choices() {
    return choices;
  }

  /** Whether the last boundary has been read, so that no field can follow. */
  boolean isFormOver() {
    return at == At.AFTER_FORM || at == At.AFTER_FORM_CR || at == At.AFTER_LAST_LINE;
  }

  private void read(ByteBuf chunk) {
    int to = chunk.writerIndex();
    for (int i = chunk.readerIndex(); i < to; ) {
      i = at == At.CONTENT ? readContent(chunk, i, to) : readOther(chunk.getByte(i), i);
    }
  }

  private int readOther(byte b, int i) {
    switch (at) {
      case FIRST_DELIMITER -> readFirstDelimiter(b);
      case AFTER_DELIMITER -> at = afterDelimiter(b);
      case AFTER_DELIMITER_CR -> {
        require(b == '\n');
        endPart();
        beginHeaders();
      }
      case AFTER_DELIMITER_DASH -> {
        require(b == '-');
        endPart();
        at = At.AFTER_FORM;
      }
      case HEADERS -> readHeader(b);
      case AFTER_FORM -> at = afterForm(b == '\r', At.AFTER_FORM_CR);
      case AFTER_FORM_CR -> at = afterForm(b == '\n', At.AFTER_LAST_LINE);
      case AFTER_LAST_LINE -> at = afterForm(false, At.AFTER_LAST_LINE);
      case CONTENT -> throw new IllegalStateException("content is read in runs");
    }
    return i + 1;
  }

  private void readFirstDelimiter(byte b) {
    if (b != delimiter[matched]) {
      throw malformed("The multipart body does not begin with its boundary.");
    }
    if (++matched == delimiter.length) {
      at = At.AFTER_DELIMITER;
    }
  }

  private static At afterDelimiter(byte b) {
    require(b == '\r' || b == '-');
    return b == '\r' ? At.AFTER_DELIMITER_CR : At.AFTER_DELIMITER_DASH;
  }

  private static At afterForm(boolean expected, At then) {
    if (!expected) {
      throw malformed("The multipart body has data after its last boundary.");
    }
    return then;
  }

  /** White space after a boundary is legal, but only some readers know. */
  private static void require(boolean plainDelimiter) {
    if (!plainDelimiter) {
      throw malformed("The multipart body has a line that begins like a boundary but is none.");
    }
  }

  private void beginHeaders() {
    at = At.HEADERS;
    headers.clear();
  }

  private void readHeader(byte b) {
    boolean afterCr = headers.endsWith('\r');
    boolean control = (b >= 0 && b < ' ' && b != '\t') || b == 0x7F;
    if (afterCr ? b != '\n' : control && b != '\r') {
      throw malformed("A part's headers have a bare line break or a control character.");
    }
    if (!headers.add(b)) {
      throw malformed("A part's headers are longer than %d bytes.".formatted(MAX_HEADER_BYTES));
    }
    if (b == '\n' && headers.isEmptyLineLast()) {
      endHeaders();
    }
  }

  private void endHeaders() {
    // without the empty line
    part = PartHeaders.parse(headers.bytes(), headers.length() - 2);
    refuseSecond(part.field());
    value.clear();
    contentBytes = 0;
    matched = 0;
    lineBreak = Break.HEADERS;
    at = At.CONTENT;
  }

  private void refuseSecond(Field field) {
    if (field == Field.MODEL && model != null) {
      throw new MalformedBodyException("model is given twice.", "model");
    }
    if (field == Field.STREAM && stream != null) {
      throw new MalformedBodyException("stream is given twice.", "stream");
    }
    if (field == Field.N && choices != null) {
      throw new MalformedBodyException("n is given twice.", "n");
    }
  }

  /** Reads one run without a line break, and one byte after it; returns where to go on. */
  private int readContent(ByteBuf chunk, int from, int to) {
    int i = lineBreak == Break.NONE ? LineBreaks.next(chunk, from, to) : from;
    int next = Math.min(i + 1, to);
    keep(chunk, from, next);
    if (i < to) {
      follow(chunk.getByte(i));
    }
    return next;
  }

  private void keep(ByteBuf chunk, int from, int to) {
    contentBytes += to - from;
    if (part.field() != Field.OTHER && !value.add(chunk, from, to)) {
      throw new MalformedBodyException("A field that decides is too long.", paramOf(part.field()));
    }
  }

  private void follow(byte b) {
    if (lineBreak != Break.NONE && b == delimiter[matched]) {
      if (++matched == delimiter.length) {
        require(lineBreak == Break.CRLF);
        at = At.AFTER_DELIMITER;
      }
      return;
    }
    // A line break in the middle of a delimiter begins anew: no boundary contains one.
    boolean completesCrLf = matched == 0 && lineBreak == Break.CR;
    matched = 0;
    lineBreak =
        switch (b) {
          case '\r' -> Break.CR;
          case '\n' -> completesCrLf ? Break.CRLF : Break.LF;
          default -> Break.NONE;
        };
  }

  /** The delimiter after a part is whole; the first delimiter ends nothing. */
  private void endPart() {
    if (contentBytes == 0) {
      return;
    }
    long length = contentBytes - 2 - delimiter.length;
    if (part.lengthBytes() >= 0 && part.lengthBytes() != length) {
      throw malformed("A part is not as long as its Content-Length says.");
    }
    switch (part.field()) {
      case MODEL -> model = ModelText.checked(text((int) length, "model"));
      case STREAM -> stream = booleanOf(text((int) length, "stream"));
      case N -> choices = numberOf(text((int) length, "n"));
      case OTHER -> {}
    }
  }

  private String text(int length, String param) {
    Utf8Validator validator = new Utf8Validator();
    if (!validator.accept(value.bytes(), 0, length) || !validator.isComplete()) {
      throw new MalformedBodyException("The %s is not valid UTF-8.".formatted(param), param);
    }
    return new String(value.bytes(), 0, length, UTF_8);
  }

  private static boolean booleanOf(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new MalformedBodyException("stream must be true or false.", "stream");
    };
  }

  private static long numberOf(String text) {
    try {
      BigDecimal number = new BigDecimal(text.strip());
      if (number.compareTo(BigDecimal.ONE) <= 0) {
        return 1;
      }
      return number.compareTo(MOST) > 0
          ? MOST.longValue()
          : number.setScale(0, RoundingMode.CEILING).longValue();
    } catch (NumberFormatException e) {
      throw new MalformedBodyException("n must be a number.", "n");
    }
  }

  private static String paramOf(Field field) {
    return field.name().toLowerCase(Locale.ROOT);
  }

  private static MalformedBodyException malformed(String reason) {
    return new MalformedBodyException(reason, null);
  }
}
