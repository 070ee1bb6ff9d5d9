package dev.tollgate.gateway.policy;

import java.text.Normalizer;
import java.util.Locale;

/**
 * The form in which model names are compared with what is denied. Names are case-sensitive, but
 * some providers' are not (Azure's deployments), and some fold what looks alike: another spelling
 * of a denied name is denied too.
 */
final class ModelSpelling {

  private ModelSpelling() {}

  /** In lower case, compatibility forms such as full width folded, without invisible characters. */
  static String plain(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 0x7f || name.charAt(i) <= ' ') {
        return folded(name);
      }
    }
    return name.toLowerCase(Locale.ROOT);
  }

  private static String folded(String name) {
    String visible =
        Normalizer.normalize(name, Normalizer.Form.NFKC)
            .codePoints()
            .filter(ModelSpelling::isVisible)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    // The upper case first: the long s and the sign for kelvin have their own lower case.
    return Normalizer.normalize(
        visible.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
  }

  /** Neither white space nor a joiner, a mark of direction, a variation selector or the like. */
  private static boolean isVisible(int c) {
    return Character.getType(c) != Character.FORMAT
        && !Character.isWhitespace(c)
        && !Character.isSpaceChar(c)
        && !(c >= 0xFE00 && c <= 0xFE0F)
        && !(c >= 0xE0100 && c <= 0xE01EF)
        && c != 0x034F
        && c != 0x115F
        && c != 0x1160
        && c != 0x3164
        && !(c >= 0x180B && c <= 0x180F)
        && c != 0x17B4
        && c != 0x17B5;
  }
}
