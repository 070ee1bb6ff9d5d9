package dev.tollgate.gateway.streaming;

/**
 * Tells, as early as its bytes allow, whether the JSON of an event is the chunk that {@code
 * stream_options.include_usage} adds: {@code choices} is an empty array and {@code usage} an
 * object. Looks at the names of the outermost object only, cut anywhere.
 */
final class ExtraChunkDetector {

  /** What is known of the document so far. */
  enum Verdict {
    UNDECIDED,
    EXTRA,
    OTHER
  }

  private enum State {
    START,
    /** In the outermost object, before a name. */
    MEMBER,
    NAME,
    /** After a name: before its value. */
    VALUE,
    /** Right after the bracket that opens {@code choices}. */
    FIRST_CHOICE,
    /** In a value that says nothing. */
    SKIP,
    SKIP_STRING
  }

  private static final long CHOICES = packed("choices");
  private static final long USAGE = packed("usage");

  private State state = State.START;
  private Verdict verdict = Verdict.UNDECIDED;
  private long name;
  private int nameLength;
  private int depth;
  private boolean escaped;
  private boolean noChoices;
  private boolean usage;

  void reset() {
    state = State.START;
    verdict = Verdict.UNDECIDED;
    depth = 0;
    noChoices = false;
    usage = false;
  }

  /** Takes the next bytes of the document; after a decision there is nothing more to take. */
  Verdict scan(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && verdict == Verdict.UNDECIDED) {
      i = state == State.SKIP_STRING ? skipString(bytes, i, to) : take(bytes, i);
    }
    return verdict;
  }

  private int take(byte[] bytes, int i) {
    byte b = bytes[i];
    if (state == State.NAME) {
      name(b);
    } else if (!isSpace(b)) {
      structure(b);
    }
    return i + 1;
  }

  private void structure(byte b) {
    switch (state) {
      case START -> start(b);
      case MEMBER -> member(b);
      case VALUE -> value(b);
      case FIRST_CHOICE -> firstChoice(b);
      default -> skip(b);
    }
  }

  private void start(byte b) {
    if (b == '{') {
      state = State.MEMBER;
    } else {
      verdict = Verdict.OTHER;
    }
  }

  private void member(byte b) {
    if (b == '"') {
      name = 0;
      nameLength = 0;
      escaped = false;
      state = State.NAME;
    } else if (b == '}') {
      verdict = Verdict.OTHER;
    }
  }

  private void name(byte b) {
    if (b == '"' && !escaped) {
      state = State.VALUE;
      return;
    }
    escaped = b == '\\' && !escaped;
    name = (name << 8) | (b & 0xFF);
    nameLength++;
  }

  private void value(byte b) {
    if (b == ':') {
      return;
    }
    if (isNamed("choices", CHOICES)) {
      choices(b);
    } else if (isNamed("usage", USAGE)) {
      usage(b);
    } else {
      beginSkip(b);
    }
  }

  private boolean isNamed(String text, long bits) {
    return nameLength == text.length() && name == bits;
  }

  private void choices(byte b) {
    if (b == '[') {
      state = State.FIRST_CHOICE;
    } else {
      verdict = Verdict.OTHER;
    }
  }

  private void firstChoice(byte b) {
    if (b == ']') {
      noChoices = true;
      state = State.MEMBER;
      decide();
    } else {
      verdict = Verdict.OTHER;
    }
  }

  private void usage(byte b) {
    if (b == '{') {
      usage = true;
      decide();
      beginSkip(b);
    } else {
      verdict = Verdict.OTHER;
    }
  }

  private void decide() {
    if (noChoices && usage) {
      verdict = Verdict.EXTRA;
    }
  }

  private void beginSkip(byte b) {
    depth = 0;
    state = State.SKIP;
    skip(b);
  }

  private void skip(byte b) {
    switch (b) {
      case '"' -> {
        escaped = false;
        state = State.SKIP_STRING;
      }
      case '{', '[' -> depth++;
      case '}', ']' -> leave();
      case ',' -> {
        if (depth == 0) {
          state = State.MEMBER;
        }
      }
      default -> {}
    }
  }

  private void leave() {
    if (depth == 0) {
      verdict = Verdict.OTHER;
    } else {
      depth--;
    }
  }

  private int skipString(byte[] bytes, int from, int to) {
    int i = escaped ? from + 1 : from;
    escaped = false;
    for (; i < to; i++) {
      byte b = bytes[i];
      if (b == '"') {
        state = State.SKIP;
        return i + 1;
      }
      if (b == '\\') {
        i++;
      }
    }
    escaped = i > to;
    return to;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }

  private static long packed(String text) {
    long bits = 0;
    for (int i = 0; i < text.length(); i++) {
      bits = (bits << 8) | text.charAt(i);
    }
    return bits;
  }
}
