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

  private static final int LONGEST = 8192;
  private static final String NEVER_IN_A_URL = "\\\"<>^`{|}";
  private static final Pattern DOT_SEGMENT =
      Pattern.compile("/(?:\\.|%2e){1,2}(?=[/?]|$)", Pattern.CASE_INSENSITIVE);

  /** Reads a header's value; null if it is no URL of a page, or one of two meanings. */
  static @Nullable RefererUrl parse(String text) {
    String url = withoutFragment(text);
    int scheme = url.indexOf("://");
    if (scheme < 0 || !isPrintable(url)) {
      return null;
    }
    int end = endOfAuthority(url, scheme + 3);
    String pathAndQuery = url.startsWith("/", end) ? url.substring(end) : "/" + url.substring(end);
    WebOrigin origin = WebOrigin.parse(url.substring(0, end));
    return origin == null || !isOfAPage(origin) || hasDotSegment(pathAndQuery)
        ? null
        : new RefererUrl(origin, pathAndQuery);
  }

  private static boolean isPrintable(String url) {
    if (url.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < url.length(); i++) {
      char c = url.charAt(i);
      if (c <= ' ' || c > '~' || NEVER_IN_A_URL.indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasDotSegment(String pathAndQuery) {
    boolean mayBe = pathAndQuery.contains("/.") || pathAndQuery.contains("/%");
    return mayBe && DOT_SEGMENT.matcher(pathAndQuery).find();
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
