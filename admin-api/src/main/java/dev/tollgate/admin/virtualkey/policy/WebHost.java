package dev.tollgate.admin.virtualkey.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The host of a URL or an origin, as browsers write it. */
final class WebHost {
  private static final String SUBDOMAINS_OF = "*.";
  private static final int MAX_LENGTH = 253;
  private static final String LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
  private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");

  private WebHost() {}

  /**
   * A host or {@code *.} and a host: names in lower case (those of other scripts in their {@code
   * xn--} form, which is what browsers send), addresses in their one form, IPv6 in brackets.
   */
  static Optional<String> canonicalPattern(String text) {
    if (!text.startsWith(SUBDOMAINS_OF)) {
      return canonical(text);
    }
    return name(text.substring(SUBDOMAINS_OF.length())).map(SUBDOMAINS_OF::concat);
  }

  private static Optional<String> canonical(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]") && text.indexOf('/') < 0;
    return bracketed ? ipv6(text.substring(1, text.length() - 1)) : name(text);
  }

  private static Optional<String> ipv6(String text) {
    return Network.parse(text)
        .map(Network::toString)
        .filter(address -> address.indexOf(':') >= 0)
        .map(address -> "[" + address + "]");
  }

  private static Optional<String> name(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return text.length() <= MAX_LENGTH && NAME.matcher(lower).matches()
        ? Optional.of(lower)
        : Optional.empty();
  }

  /** Whether every host that {@code narrow} stands for is one that {@code wide} stands for. */
  static boolean covers(String wide, String narrow) {
    return wide.equals(narrow)
        || (wide.startsWith(SUBDOMAINS_OF) && narrow.endsWith(wide.substring(1)));
  }
}
