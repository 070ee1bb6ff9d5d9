package dev.tollgate.gateway.policy;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  private static final Pattern FORM =
      Pattern.compile(
          "([a-z][a-z0-9+.-]{0,31})://(\\[[0-9a-f:.]{2,45}]|[a-z0-9._*-]{1,255})(?::([0-9]{1,5}))?");

  /** What an {@code Origin} header says; null if that is no origin, as {@code null} is none. */
  static @Nullable WebOrigin parse(String text) {
    Matcher parts = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!parts.matches() || text.indexOf('*') >= 0) {
      return null;
    }
    return of(parts.group(1), parts.group(2), parts.group(3));
  }

  /**
   * A pattern as the admin API keeps it.
   *
   * @throws IllegalArgumentException if it is none
   */
  static WebOrigin pattern(String text) {
    Matcher parts = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!parts.matches() || parts.group(2).lastIndexOf('*') > 0) {
      throw new IllegalArgumentException("not a pattern of origins");
    }
    return of(parts.group(1), parts.group(2), parts.group(3));
  }

  private static WebOrigin of(String scheme, String host, @Nullable String port) {
    String written = port == null ? "" : port;
    return new WebOrigin(scheme, host, written.equals(defaultPort(scheme)) ? "" : written);
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
