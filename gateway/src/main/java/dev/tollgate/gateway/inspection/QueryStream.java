package dev.tollgate.gateway.inspection;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/** Whether a query asks for a stream, as {@code GET /v1/responses/{id}?stream=true} does. */
final class QueryStream {

  private QueryStream() {}

  /** Anything but a plain {@code false} counts: who knows what a provider takes for true. */
  static boolean in(@Nullable String rawQuery) {
    if (rawQuery == null) {
      return false;
    }
    for (String parameter : StringUtils.delimitedListToStringArray(rawQuery, "&")) {
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      if (decoded(name).equalsIgnoreCase("stream")
          && !decoded(parameter.substring(equals + 1)).equals("false")) {
        return true;
      }
    }
    return false;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
