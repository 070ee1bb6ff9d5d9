package dev.tollgate.gateway.policy;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@code Referer} taken apart, so that no part of it can pass for another: a host in the user's
 * name, behind a backslash or in the path is not the page's host.
 *
 * @param origin scheme, host and port
 * @param pathAndQuery begins with a slash; the fragment is cut off
 */
record RefererUrl(WebOrigin origin, String pathAndQuery) {

  private static final Pattern PRINTABLE = Pattern.compile("[!-~&&[^\\\\\"<>^`{|}]]{1,8192}");
  private static final Pattern DOT_SEGMENT =
      Pattern.compile("/(?:\\.|%2e){1,2}(?=[/?]|$)", Pattern.CASE_INSENSITIVE);

  /** Reads a header's value; null if it is no URL of a page, or one of two meanings. */
  static @Nullable RefererUrl parse(String text) {
    String url = withoutFragment(text);
    int scheme = url.indexOf("://");
    if (scheme < 0 || !PRINTABLE.matcher(url).matches()) {
      return null;
    }
    int end = endOfAuthority(url, scheme + 3);
    String pathAndQuery = url.startsWith("/", end) ? url.substring(end) : "/" + url.substring(end);
    WebOrigin origin = WebOrigin.parse(url.substring(0, end));
    return origin == null || !isOfAPage(origin) || DOT_SEGMENT.matcher(pathAndQuery).find()
        ? null
        : new RefererUrl(origin, pathAndQuery);
  }

  private static boolean isOfAPage(WebOrigin origin) {
    return origin.scheme().equals("https") || origin.scheme().equals("http");
  }

  static int endOfAuthority(String url, int from) {
    for (int i = from; i < url.length(); i++) {
      if (url.charAt(i) == '/' || url.charAt(i) == '?') {
        return i;
      }
    }
    return url.length();
  }

  private static String withoutFragment(String text) {
    int fragment = text.indexOf('#');
    return fragment < 0 ? text : text.substring(0, fragment);
  }
}
