package dev.tollgate.gateway.network.internal;

import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import dev.tollgate.gateway.network.SentTarget;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.ProtocolOfPath;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps keys out of request targets, since every log line of every framework prints those.
 *
 * <p>Google's SDKs may put the key into the query ({@code ?key=…}): it moves into the header that
 * they use otherwise, beside one that is there already, so that two different ones are still
 * noticed.
 */
final class KeyInTarget {

  static final String HEADER = "x-goog-api-key";

  private static final String PARAMETER = "key";
  private static final String PREFIX = KeyKind.VIRTUAL_KEY.prefix();

  private KeyInTarget() {}

  /**
   * Moves {@code key} parameters of a Gemini path into {@link #HEADER}, and leaves the target as it
   * was sent in {@link SentTarget#HEADER}.
   *
   * @throws IllegalArgumentException if a value cannot stand in a header
   */
  static void moveToHeader(HttpRequest request) {
    request.headers().remove(SentTarget.HEADER);
    String target = request.uri();
    int question = target.indexOf('?');
    if (question >= 0 && ProtocolOfPath.of(target.substring(0, question)) == Protocol.GEMINI) {
      move(request, target.substring(0, question), target.substring(question + 1));
    }
  }

  private static void move(HttpRequest request, String path, String query) {
    List<String> kept = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (decode(equals < 0 ? parameter : parameter.substring(0, equals)).equals(PARAMETER)) {
        keys.add(equals < 0 ? "" : decode(parameter.substring(equals + 1)));
      } else {
        kept.add(parameter);
      }
    }
    if (keys.isEmpty()) {
      return;
    }
    request.headers().set(SentTarget.HEADER, request.uri());
    request.setUri(kept.isEmpty() ? path : path + "?" + String.join("&", kept));
    keys.stream().filter(key -> !key.isBlank()).forEach(key -> request.headers().add(HEADER, key));
  }

  /** Whether something shaped like a virtual key stands in {@code target}, encoded or not. */
  static boolean isIn(String target) {
    return hasKey(target) || (target.indexOf('%') >= 0 && hasKey(decode(target)));
  }

  private static boolean hasKey(String text) {
    for (int at = text.indexOf(PREFIX); at >= 0; at = text.indexOf(PREFIX, at + 1)) {
      int end = at + OpaqueKey.LENGTH;
      if (end <= text.length() && isBase62(text, at + PREFIX.length(), end)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBase62(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) {
        return false;
      }
    }
    return true;
  }

  private static String decode(String encoded) {
    return new String(PercentEncoding.decode(encoded), StandardCharsets.ISO_8859_1);
  }
}
