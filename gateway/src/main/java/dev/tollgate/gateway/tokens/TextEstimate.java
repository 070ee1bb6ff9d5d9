package dev.tollgate.gateway.tokens;

/**
 * Estimates the tokens of text where the encoding is not known, in one look at each UTF-16 unit and
 * constant memory. It errs high: against o200k_base by 1.2 to 2.5 for languages in Latin letters,
 * code and JSON, by 1.2 to 3.5 for others, and mostly above cl100k_base too, since the encodings of
 * other providers are nearer to that.
 *
 * <p>In twelfths of a token: a run of small letters 8 for the first and 4 for each other (an
 * English word with its space is 1.3 tokens, and 5.7 units), 6 from the 13th on, as nobody's words
 * are that long; capital letters, and the repetitions of a sign or a line break, 12 and then 6; a
 * digit 12 (several encodings split numbers into digits); the first of a run of spaces 0, as it
 * goes with the word behind it, each other 3; anything else that is ASCII 12. Above ASCII a
 * constant per block of Unicode: {@link #twelfths(char)}.
 */
public final class TextEstimate implements TextSink {

  /** A token in the unit of the sums. */
  private static final int TOKEN = 12;

  private static final int SHORT_WORD = 5;
  private static final int LONGEST_WORD = 12;

  private enum Kind {
    SMALL,
    CAPITAL,
    DIGIT,
    SPACE,
    CONTROL,
    SIGN,
    OTHER
  }

  private static final Kind[] KINDS = new Kind[128];

  static {
    for (int c = 0; c < KINDS.length; c++) {
      KINDS[c] = kind((char) c);
    }
  }

  private long sum;
  private Kind last = Kind.OTHER;
  private char lastChar;
  private int run;

  private static Kind kind(char c) {
    if (c >= 'a' && c <= 'z') {
      return Kind.SMALL;
    }
    if (c >= 'A' && c <= 'Z') {
      return Kind.CAPITAL;
    }
    if (c >= '0' && c <= '9') {
      return Kind.DIGIT;
    }
    return c == ' ' ? Kind.SPACE : c < ' ' ? Kind.CONTROL : Kind.SIGN;
  }

  @Override
  public void add(char[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      add(text[i]);
    }
  }

  /** Takes one UTF-16 unit. */
  public void add(char c) {
    if (c >= KINDS.length) {
      sum += twelfths(c);
      last = Kind.OTHER;
      return;
    }
    Kind kind = KINDS[c];
    run = continues(kind, c) ? run + 1 : 1;
    sum += run == 1 ? first(kind) : next(kind);
    last = kind;
    lastChar = c;
  }

  /** A word may begin with a capital; a small letter before one ends it. */
  private boolean continues(Kind kind, char c) {
    if (kind == Kind.SIGN) {
      return c == lastChar && last == Kind.SIGN;
    }
    return kind == last || (kind == Kind.SMALL && last == Kind.CAPITAL);
  }

  private static int first(Kind kind) {
    return switch (kind) {
      case SPACE -> 0;
      case SMALL, CAPITAL, DIGIT, CONTROL, SIGN, OTHER -> TOKEN;
    };
  }

  private int next(Kind kind) {
    return switch (kind) {
      case SMALL -> run > LONGEST_WORD ? 6 : run > SHORT_WORD ? 4 : 3;
      case SPACE -> 3;
      case CAPITAL, CONTROL, SIGN -> 6;
      case DIGIT, OTHER -> TOKEN;
    };
  }

  /** What a unit above ASCII costs; half of a surrogate pair half of what its character does. */
  private static int twelfths(char c) {
    if (c < 0x1E00) {
      return ofAlphabet(c);
    }
    if (c < 0x3400) {
      return c < 0x1F00 ? 12 : c < 0x2000 ? 30 : c < 0x2C00 ? 20 : c < 0x3000 ? 36 : 14;
    }
    if (c < 0xD800) {
      // rare ideographs, the common ones, Yi and small alphabets, Hangul
      return c < 0x4E00 ? 36 : c < 0xA000 ? 16 : c < 0xAC00 ? 36 : 15;
    }
    return Character.isSurrogate(c) ? 24 : 30;
  }

  private static int ofAlphabet(char c) {
    if (c < 0x0600) {
      // Latin, phonetic and combining signs, Greek, Cyrillic, Armenian, Hebrew
      return c < 0x0250 ? 12 : c < 0x0370 ? 18 : c < 0x0400 ? 12 : c < 0x0530 ? 8 : hebrew(c);
    }
    // Arabic, the alphabets of India, Thai and Lao, all others
    return c < 0x0900 ? 10 : c < 0x0E00 ? 20 : c < 0x0F00 ? 14 : 30;
  }

  private static int hebrew(char c) {
    return c < 0x0590 ? 24 : 12;
  }

  /** Another text begins: nothing runs on. */
  @Override
  public void end() {
    last = Kind.OTHER;
    sum = (sum + TOKEN - 1) / TOKEN * TOKEN;
  }

  @Override
  public long tokens() {
    return (sum + TOKEN - 1) / TOKEN;
  }

  @Override
  public boolean isExact() {
    return sum == 0;
  }
}
