package dev.tollgate.admin.virtualkey.policy;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of web origins (RFC 6454) as {@code https://app.company.com:8443} or {@code
 * https://*.company.com}, in the form that browsers send: lower case, without the scheme's default
 * port.
 *
 * @param port as written, or empty for the scheme's default
 */
record Origin(String scheme, String host, String port) {
  private static final Pattern FORM =
      Pattern.compile(
          "([A-Za-z][A-Za-z0-9+.-]{0,31})://([^/:@?#]+|\\[[^]/@?#]+])(?::([0-9]{1,5}))?");

  private static final int MAX_PORT = 65_535;

  static Optional<Origin> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int port = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
    boolean valid = matcher.group(3) == null || (port >= 1 && port <= MAX_PORT);
    return valid
        ? WebHost.canonicalPattern(matcher.group(2))
            .map(host -> of(matcher.group(1).toLowerCase(Locale.ROOT), host, port))
        : Optional.empty();
  }

  private static Origin of(String scheme, String host, int port) {
    boolean silent = port == 0 || port == defaultPort(scheme);
    return new Origin(scheme, host, silent ? "" : Integer.toString(port));
  }

  private static int defaultPort(String scheme) {
    return switch (scheme) {
      case "http" -> 80;
      case "https" -> 443;
      default -> 0;
    };
  }

  boolean covers(Origin narrow) {
    return scheme.equals(narrow.scheme)
        && port.equals(narrow.port)
        && WebHost.covers(host, narrow.host);
  }

  @Override
  public String toString() {
    return scheme + "://" + host + (port.isEmpty() ? "" : ":" + port);
  }
}
