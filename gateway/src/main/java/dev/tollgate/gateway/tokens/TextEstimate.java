package dev.tollgate.gateway.tokens;

/**
 * Estimates the tokens of text where the encoding is not known, in one look at each UTF-16 unit and
 * constant memory. It errs high, also against cl100k_base, since the encodings of other providers
 * are nearer to that than to o200k_base: against cl100k_base by 1.05 to 2.2 for prose of any
 * language, code and JSON, by 1.0 to 1.2 for random letters, base64 and words that nobody speaks,
 * by 1.5 for hexadecimal numbers; against o200k_base by 1.3 to 2.6 for languages in Latin letters,
 * and up to 7 for alphabets that cl100k_base does not know. Below the count it is for characters of
 * an alphabet in an order that no language has, but for Latin ones: ideographs at random by a
 * third.
 *
 * <p>In twelfths of a token: a run of small letters 12 for the first and 3 for each other, 5 from
 * the 6th and 6 from the 13th on (an English word with its space is 1.3 tokens, and 5.7 units), but
 * {@value #UNUSUAL} for one that seldom follows the one before it: in what is no language nearly
 * every pair of letters is a token. Capital letters likewise, 6 and {@value #UNUSUAL}. The
 * repetitions of a sign or a line break 6; a digit 12 (several encodings split numbers into
 * digits); the first of a run of spaces 0, as it goes with the word behind it, each other 3;
 * anything else that is ASCII 12. Above ASCII a constant per block of Unicode: {@link
 * #twelfths(char)}.
 */
public final class TextEstimate implements TextSink {

  /** A token in the unit of the sums. */
  private static final int TOKEN = 12;

  /** A letter that seldom follows the one before it. */
  private static final int UNUSUAL = 10;

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

  /**
   * For each letter those that often follow it: 98 of 100 pairs in English prose, 90 in that of
   * other languages in Latin letters.
   */
  private static final String FOLLOWERS =
      "bcdfgiklmnprstuvwxy aeilorsuy acehiklortuy adegilmorsuvwy abcdefgilmnopqrstvwxy "
          + "aefiloprtu aehilnorsu aeiortuy abcdefglmnopqrstvz aeou aeilnosy adefgiklmostuvy "
          + "abeimnopsuy acdefgiklnorstuvy abcdefgiklmnoprstuvwy aehiloprstu u "
          + "acdegiklmnoprstuvy acehiklmnopqrstuwy aceghilmorstuwy abcdegilmnprst aeiouy "
          + "aehinors aceipt ceilnopst aeioz";

  /** By both letters, case aside. */
  private static final boolean[] USUAL = new boolean[1 << 10];

  static {
    String[] followers = FOLLOWERS.split(" ", -1);
    for (int i = 0; i < followers.length; i++) {
      for (char follower : followers[i].toCharArray()) {
        USUAL[pair((char) ('a' + i), follower)] = true;
      }
    }
    for (int c = 0; c < KINDS.length; c++) {
      KINDS[c] = kind((char) c);
    }
  }

  private long sum;
  private Kind last = Kind.OTHER;
  private char lastChar;
  private int run;

  private static int pair(char first, char second) {
    return (first & 0x1F) << 5 | (second & 0x1F);
  }

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
    sum += run == 1 ? first(kind, c) : next(kind, c);
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

  /** A space goes with the word or sign behind it, but with no control character. */
  private int first(Kind kind, char c) {
    return switch (kind) {
      case SPACE -> 0;
      case CONTROL -> last == Kind.SPACE && !isBreak(c) ? 2 * TOKEN : TOKEN;
      case SMALL, CAPITAL, DIGIT, SIGN, OTHER -> TOKEN;
    };
  }

  private static boolean isBreak(char c) {
    return c >= '\t' && c <= '\r';
  }

  private int next(Kind kind, char c) {
    return switch (kind) {
      case SMALL -> USUAL[pair(lastChar, c)] ? small() : UNUSUAL;
      case CAPITAL -> USUAL[pair(lastChar, c)] ? 6 : UNUSUAL;
      case SPACE -> 3;
      case CONTROL -> isBreak(c) ? 6 : TOKEN;
      case SIGN -> 6;
      case DIGIT, OTHER -> TOKEN;
    };
  }

  private int small() {
    return run > LONGEST_WORD ? 6 : run > SHORT_WORD ? 5 : 3;
  }

  /** What a unit above ASCII costs; half of a surrogate pair half of what its character does. */
  private static int twelfths(char c) {
    if (c < 0x1E00) {
      return ofAlphabet(c);
    }
    if (c < 0x3400) {
      return c < 0x1F00 ? 14 : c < 0x2000 ? 30 : c < 0x2C00 ? 20 : c < 0x3000 ? 36 : 16;
    }
    if (c < 0xD800) {
      // rare ideographs, the common ones, Yi and small alphabets, Hangul
      return c < 0x4E00 ? 36 : c < 0xA000 ? 18 : c < 0xAC00 ? 36 : 17;
    }
    return Character.isSurrogate(c) ? 24 : 30;
  }

  /** Latin to Hebrew; Arabic and its kin, those of India, Thai and Lao, Tibetan to Georgian. */
  private static int ofAlphabet(char c) {
    if (c < 0x0600) {
      // Latin, phonetic and combining signs, Greek, Cyrillic, Armenian, Hebrew
      return c < 0x0250 ? 13 : c < 0x0370 ? 18 : c < 0x0400 ? 13 : c < 0x0530 ? 9 : hebrew(c);
    }
    return c < 0x0900 ? 12 : c < 0x0E00 ? ofIndia(c) : c < 0x0F00 ? 14 : c < 0x1200 ? 30 : 37;
  }

  /** Those that cl100k_base knows cost less: Devanagari, Bengali, Tamil. */
  private static int ofIndia(char c) {
    return c < 0x0A00 || (c >= 0x0B80 && c < 0x0C00) ? 20 : 28;
  }

  private static int hebrew(char c) {
    return c < 0x0590 ? 28 : 17;
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
