package dev.tollgate.gateway.usage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Follows the paths of a vocabulary through JSON documents, one after the other, cut at any byte.
 * Everything off the paths is passed over by its strings and brackets alone; nothing is kept but
 * the place reached, one name and one value. What is not JSON yields nothing and does no harm.
 *
 * <p>Own code, and not Jackson's non-blocking parser, for its cost on the hot path (JDK 25, one
 * core): 0.15 to 0.2 µs for a streamed chunk of 150 bytes against 0.25 for the tokens alone, and 5
 * µs for 18 KB of embeddings against 27. It also starts over at each event without a new parser.
 */
final class JsonUsageScanner implements AnswerScanner {

  /** More nesting on the paths than any vocabulary has; below it everything is passed over. */
  private static final int DEEPEST = 16;

  /** A model's name longer than this is not one. */
  private static final int LONGEST_TEXT = 256;

  /** Digits that fit a long whatever they are; longer numbers are no counts of tokens. */
  private static final int MOST_DIGITS = 18;

  private static final int NO_MATCH = -1;

  private enum State {
    /** Before a value. */
    VALUE,
    /** After a value, or at the start of an object: before a comma, a name or a closing bracket. */
    NEXT,
    /** Between a name and its value. */
    COLON,
    /** In a name. */
    NAME,
    /** In a number that counts. */
    COUNT,
    /** In a text that is kept. */
    TEXT,
    /** In a text that holds another document. */
    DOCUMENT,
    /** In a number, true, false, null or nonsense. */
    SCALAR,
    /** In a string that is passed over, on the paths. */
    STRING,
    /** In a text that the model wrote. */
    OUTPUT,
    /** In an object or array that is passed over. */
    SKIP,
    /** In a string within such an object or array. */
    SKIP_STRING
  }

  private final UsageCounts counts;
  private final @Nullable OutputSink passed;
  private final UsagePath root;
  private final UsagePath[] containers = new UsagePath[DEEPEST];
  private final boolean[] arrays = new boolean[DEEPEST];

  /** A name or a text that is kept; as long as names are, until a text is longer. */
  private byte[] text = new byte[UsagePath.LONGEST_NAME];

  private final boolean embedded;

  private State state = State.VALUE;
  private int depth;
  private int skipped;
  private @Nullable UsagePath place;
  private int textLength;
  private boolean textEscaped;
  private boolean escaped;
  private boolean measuring;
  private long number;
  private int digits;
  private @Nullable Base64Scanner document;

  JsonUsageScanner(UsagePath root, UsageCounts counts) {
    this(root, counts, null);
  }

  /**
   * @param passed is told what the model wrote, where {@code root} says where that stands
   */
  JsonUsageScanner(UsagePath root, UsageCounts counts, @Nullable OutputSink passed) {
    this(root, counts, passed, false);
  }

  private JsonUsageScanner(
      UsagePath root, UsageCounts counts, @Nullable OutputSink passed, boolean embedded) {
    this.root = root;
    this.counts = counts;
    this.passed = passed;
    this.embedded = embedded;
    this.place = root;
  }

  /** The next byte begins a new document, wherever the last one stopped. */
  void reset() {
    state = State.VALUE;
    depth = 0;
    place = root;
    escaped = false;
    measuring = false;
  }

  @Override
  public void scan(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      i =
          switch (state) {
            case VALUE -> value(bytes, i);
            case NEXT -> next(bytes, i);
            case COLON -> colon(bytes, i);
            case NAME -> name(bytes, i, to);
            case COUNT -> count(bytes, i, to);
            case TEXT -> text(bytes, i, to);
            case DOCUMENT -> document(bytes, i, to);
            case SCALAR -> scalar(bytes, i, to);
            case STRING -> string(bytes, i, to, State.NEXT);
            case OUTPUT -> output(bytes, i, to);
            case SKIP -> measured(bytes, i, skip(bytes, i, to));
            case SKIP_STRING -> measured(bytes, i, string(bytes, i, to, State.SKIP));
          };
    }
  }

  private int value(byte[] bytes, int i) {
    byte b = bytes[i];
    switch (b) {
      case ' ', '\t', '\r', '\n', ',' -> {}
      case '{', '[' -> enter(b == '[');
      case '}', ']' -> leave();
      case '"' -> beginString();
      default -> {
        beginScalar(b);
        return i;
      }
    }
    return i + 1;
  }

  private int next(byte[] bytes, int i) {
    switch (bytes[i]) {
      case ',' -> {
        if (arrays[depth - 1]) {
          beginElement();
        }
      }
      case '"' -> beginName();
      case '}', ']' -> leave();
      default -> {}
    }
    return i + 1;
  }

  private int colon(byte[] bytes, int i) {
    if (bytes[i] == ':') {
      state = State.VALUE;
    }
    return i + 1;
  }

  private void enter(boolean array) {
    UsagePath here = place;
    boolean followed = here != null && (array ? here.isThroughArrays() : here.hasChildren());
    if (here == null || !followed || depth == DEEPEST) {
      skipped = 1;
      measuring = isOutput(here) && here != null && here.field() == UsageField.OUTPUT_JSON;
      if (measuring && passed != null) {
        passed.begin(UsageField.OUTPUT_JSON);
      }
      state = State.SKIP;
      return;
    }
    if (array && here.field() != null) {
      counts.startList(here.field());
    }
    containers[depth] = here;
    arrays[depth] = array;
    depth++;
    state = array ? State.VALUE : State.NEXT;
  }

  private void leave() {
    if (depth > 0) {
      depth--;
    }
    afterValue();
  }

  private void afterValue() {
    if (depth == 0) {
      place = root;
      state = State.VALUE;
    } else {
      state = State.NEXT;
    }
  }

  private void beginElement() {
    place = containers[depth - 1];
    state = State.VALUE;
  }

  private void beginName() {
    textLength = 0;
    escaped = false;
    state = State.NAME;
  }

  /** A name with an escape, or longer than that of any path, matches none. */
  private int name(byte[] bytes, int from, int to) {
    if (escaped) {
      escaped = false;
      return from + 1;
    }
    int end = JsonBytes.endOfPlain(bytes, from, to);
    keepName(bytes, from, end);
    if (end == to) {
      return to;
    }
    if (bytes[end] == '"') {
      endName();
    } else {
      escaped = true;
      textLength = NO_MATCH;
    }
    return end + 1;
  }

  private void keepName(byte[] bytes, int from, int to) {
    int length = to - from;
    if (textLength == NO_MATCH || textLength + length > UsagePath.LONGEST_NAME) {
      textLength = NO_MATCH;
      return;
    }
    System.arraycopy(bytes, from, text, textLength, length);
    textLength += length;
  }

  private void endName() {
    place = textLength == NO_MATCH ? null : containers[depth - 1].child(text, textLength);
    state = State.COLON;
  }

  private void beginString() {
    escaped = false;
    textLength = 0;
    textEscaped = false;
    UsageField field = place == null ? null : place.field();
    if (field != null && counts.asksFor(field)) {
      state = State.TEXT;
    } else if (field == UsageField.DOCUMENT && !embedded) {
      document = new Base64Scanner(new JsonUsageScanner(root, counts, passed, true));
      state = State.DOCUMENT;
    } else if (isOutput(place)) {
      beginOutput();
    } else {
      if (field != null && field.isCountedText()) {
        counts.count(field, 1);
      }
      state = State.STRING;
    }
  }

  private boolean isOutput(@Nullable UsagePath here) {
    return passed != null && here != null && here.field() != null && here.field().isOutput();
  }

  private void beginOutput() {
    state = State.OUTPUT;
    if (passed != null && place != null && place.field() != null) {
      passed.begin(place.field());
    }
  }

  private int output(byte[] bytes, int from, int to) {
    int next = string(bytes, from, to, State.NEXT);
    boolean ended = state != State.OUTPUT;
    if (passed != null) {
      passed.text(bytes, from, ended ? next - 1 : next);
      if (ended) {
        passed.textEnded();
      }
    }
    return next;
  }

  /** Of what is passed over, what the model wrote counts as it is written. */
  private int measured(byte[] bytes, int from, int to) {
    if (measuring && passed != null) {
      passed.text(bytes, from, to);
      if (skipped == 0) {
        measuring = false;
        passed.textEnded();
      }
    }
    return to;
  }

  private int string(byte[] bytes, int from, int to, State after) {
    int i = escaped ? from + 1 : from;
    escaped = false;
    while ((i = JsonBytes.endOfPlain(bytes, i, to)) < to) {
      if (bytes[i] == '"') {
        state = after;
        afterString();
        return i + 1;
      }
      i += 2;
    }
    escaped = i > to;
    return to;
  }

  private void afterString() {
    if (state == State.NEXT) {
      afterValue();
    }
  }

  private int text(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '"' && !escaped) {
        endText();
        return i + 1;
      }
      escaped = b == '\\' && !escaped;
      textEscaped |= escaped;
      if (!escaped) {
        appendText(b);
      }
    }
    return to;
  }

  private void appendText(byte b) {
    if (textLength == LONGEST_TEXT) {
      textLength = NO_MATCH;
    }
    if (textLength != NO_MATCH) {
      if (textLength == text.length) {
        text = Arrays.copyOf(text, LONGEST_TEXT);
      }
      text[textLength++] = b;
    }
  }

  private void endText() {
    if (textLength != NO_MATCH) {
      endText(new String(text, 0, textLength, StandardCharsets.UTF_8));
    }
    afterValue();
  }

  private void endText(String kept) {
    // An id that is not read to the letter may be that of another event.
    boolean unsure = textEscaped && place != null && place.field() == UsageField.CAUSE_ID;
    if (place != null && place.field() != null && !unsure) {
      counts.text(place.field(), kept);
    }
  }

  private int document(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != '"') {
      end++;
    }
    if (document != null) {
      document.scan(bytes, from, end);
    }
    if (end == to) {
      return to;
    }
    document = null;
    afterValue();
    return end + 1;
  }

  private void beginScalar(byte first) {
    UsageField field = place == null ? null : place.field();
    number = 0;
    digits = 0;
    boolean counted = field != null && field.isCount();
    state = counted ? State.COUNT : State.SCALAR;
    if (!counted && field != null && field.isSwitch()) {
      counts.switched(field, first);
    }
  }

  private int count(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return endCount(bytes, i);
      }
      number = number * 10 + digit;
      if (++digits > MOST_DIGITS) {
        state = State.SCALAR;
        return i;
      }
    }
    return to;
  }

  /** A fraction is dropped (some services write 7.0); with a sign or an exponent it is no count. */
  private int endCount(byte[] bytes, int i) {
    state = State.SCALAR;
    byte b = bytes[i];
    boolean ended = JsonBytes.endsScalar(b) || b == '.';
    if (ended && digits > 0 && place != null && place.field() != null) {
      counts.count(place.field(), number);
    }
    return i;
  }

  private int scalar(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (JsonBytes.endsScalar(bytes[i])) {
        afterValue();
        return i;
      }
    }
    return to;
  }

  private int skip(byte[] bytes, int from, int to) {
    int i = from;
    while ((i = JsonBytes.nextStructure(bytes, i, to)) < to) {
      byte b = bytes[i++];
      if (b == '"') {
        escaped = false;
        state = State.SKIP_STRING;
        return i;
      }
      skipped += JsonBytes.opens(b) ? 1 : -1;
      if (skipped == 0) {
        afterValue();
        return i;
      }
    }
    return to;
  }
}
