package dev.tollgate.gateway.inspection;

/** The few character classes of RFC 9110, 2045 and 2046 that the strict readers need. */
final class HeaderSyntax {

  private static final String TOKEN_EXTRA = "!#$%&'*+-.^_`|~";
  private static final String BOUNDARY_EXTRA = "'()+_,-./:=? ";

  private HeaderSyntax() {}

  /** RFC 9110, section 5.6.2; the same as RFC 2045's but for braces, which are refused. */
  static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(HeaderSyntax::isTokenChar);
  }

  static boolean isTokenChar(int c) {
    return isAlphanumeric(c) || TOKEN_EXTRA.indexOf(c) >= 0;
  }

  /** RFC 2046, section 5.1.1. */
  static boolean isBoundaryChar(int c) {
    return isAlphanumeric(c) || BOUNDARY_EXTRA.indexOf(c) >= 0;
  }

  static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  static boolean isSpace(int c) {
    return c == ' ' || c == '\t';
  }
}
