package dev.tollgate.crypto.secret;

/**
 * What an administrator sees of a stored secret: {@code sk-p…****…wxyz}. At most the first and the
 * last four characters, which is no more than half of the shortest value that shows any; nothing of
 * a value shorter than 16; and always the same length in between, so that the length stays unknown.
 */
public final class SecretMask {

  private static final int SHORTEST_SHOWN = 16;
  private static final int SHOWN_AT_EACH_END = 4;
  private static final String HIDDEN = "****";

  private SecretMask() {}

  /**
   * The mask of {@code value}. Characters are counted as code points, so that no half of a
   * surrogate pair is printed; what a terminal or a log would act on (control and format
   * characters, white space of service-account JSON) shows as {@code *}.
   */
  public static String of(String value) {
    if (value.codePointCount(0, value.length()) < SHORTEST_SHOWN) {
      return HIDDEN;
    }
    String first = value.substring(0, value.offsetByCodePoints(0, SHOWN_AT_EACH_END));
    String last = value.substring(value.offsetByCodePoints(value.length(), -SHOWN_AT_EACH_END));
    return printable(first) + "…" + HIDDEN + "…" + printable(last);
  }

  /** The mask of a secret that the caller may not read itself. */
  public static String of(SecretString secret) {
    return of(secret.reveal(SecretAccess.granted()));
  }

  private static String printable(String text) {
    return text.codePoints()
        .map(SecretMask::printableCodePoint)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static int printableCodePoint(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          '*';
      default -> codePoint;
    };
  }
}
