package dev.tollgate.gateway.policy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A web origin (RFC 6454) as browsers write it, or a pattern of such: {@code https://*.company.com}
 * stands for the subdomains of a host and not for itself.
 *
 * @param scheme in lower case
 * @param host in lower case; IPv6 in brackets
 * @param port empty for the scheme's default
 */
record WebOrigin(String scheme, String host, String port) {

  private static final int LONGEST_SCHEME = 32;
  private static final int LONGEST_HOST = 255;
  private static final int LONGEST_PORT = 5;
  private static final int SHORTEST_IPV6 = 2;
  private static final int LONGEST_IPV6 = 45;

  /** What an {@code Origin} header says; null if that is no origin, as {@code null} is none. */
  static @Nullable WebOrigin parse(String text) {
    return text.indexOf('*') >= 0 ? null : read(text.toLowerCase(Locale.ROOT));
  }

  /**
   * A pattern as the admin API keeps it.
   *
   * @throws IllegalArgumentException if it is none
   */
  static WebOrigin pattern(String text) {
    WebOrigin pattern = read(text.toLowerCase(Locale.ROOT));
    if (pattern == null || pattern.host.lastIndexOf('*') > 0) {
      throw new IllegalArgumentException("not a pattern of origins");
    }
    return pattern;
  }

  /**
   * By hand: a browser's requests are read several times, and a pattern takes ten times as long.
   */
  private static @Nullable WebOrigin read(String text) {
    int colon = text.indexOf(':');
    if (!isScheme(text, colon) || !text.startsWith("://", colon)) {
      return null;
    }
    int start = colon + 3;
    int end = endOfHost(text, start);
    if (end < 0 || !isNoneOrPort(text, end)) {
      return null;
    }
    return of(
        text.substring(0, colon),
        text.substring(start, end),
        text.substring(Math.min(end + 1, text.length())));
  }

  private static boolean isScheme(String text, int end) {
    if (end < 1 || end > LONGEST_SCHEME || !isLetter(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < end; i++) {
      if (!isLetterOrDigit(text.charAt(i)) && "+.-".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /** -1 if there is no host. */
  private static int endOfHost(String text, int start) {
    if (text.startsWith("[", start)) {
      int bracket = text.indexOf(']', start);
      int length = bracket - start - 1;
      return length >= SHORTEST_IPV6 && length <= LONGEST_IPV6 && isIpv6(text, start + 1, bracket)
          ? bracket + 1
          : -1;
    }
    int end = start;
    while (end < text.length() && isOfHost(text.charAt(end))) {
      end++;
    }
    return end > start && end - start <= LONGEST_HOST ? end : -1;
  }

  private static boolean isIpv6(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!isDigit(c) && (c < 'a' || c > 'f') && c != ':' && c != '.') {
        return false;
      }
    }
    return true;
  }

  private static boolean isNoneOrPort(String text, int from) {
    if (from == text.length()) {
      return true;
    }
    int digits = text.length() - from - 1;
    if (text.charAt(from) != ':' || digits < 1 || digits > LONGEST_PORT) {
      return false;
    }
    for (int i = from + 1; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOfHost(char c) {
    return isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' || c == '*';
  }

  private static boolean isLetterOrDigit(char c) {
    return isLetter(c) || isDigit(c);
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static WebOrigin of(String scheme, String host, String port) {
    return new WebOrigin(scheme, host, port.equals(defaultPort(scheme)) ? "" : port);
  }

  private static String defaultPort(String scheme) {
    return switch (scheme) {
      case "http", "ws" -> "80";
      case "https", "wss" -> "443";
      default -> "";
    };
  }

  /** The pattern of all subdomains of what stands behind the dot at {@code dot}. */
  WebOrigin subdomainsBehind(int dot) {
    return new WebOrigin(scheme, "*" + host.substring(dot), port);
  }
}
