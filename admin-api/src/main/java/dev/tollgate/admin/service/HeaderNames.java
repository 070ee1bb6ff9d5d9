package dev.tollgate.admin.service;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which headers a service may set. */
final class HeaderNames {

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");

  /** What frames the message or belongs to one connection, and what the gateway writes itself. */
  private static final Set<String> REFUSED =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "cookie",
          "expect",
          "forwarded",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "set-cookie",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "via",
          "accept-encoding");

  private HeaderNames() {}

  static boolean isAllowed(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return TOKEN.matcher(name).matches()
        && !REFUSED.contains(lower)
        && !lower.startsWith("x-forwarded-")
        && !lower.startsWith("x-tollgate-");
  }
}
