package dev.tollgate.gateway.inspection;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.StringUtils;

/** The opening handshake of RFC 6455, section 4.2.1. */
final class WebSocketUpgrade {

  private WebSocketUpgrade() {}

  /** Whether the request is one that a server may answer with an upgrade. */
  static boolean isAskedForBy(ServerHttpRequest request) {
    HttpHeaders headers = request.getHeaders();
    return request.getMethod().equals(HttpMethod.GET)
        && names(headers.get(HttpHeaders.UPGRADE), "websocket")
        && names(headers.get(HttpHeaders.CONNECTION), "upgrade")
        && "13".equals(headers.getFirst("Sec-WebSocket-Version"))
        && headers.getOrEmpty("Sec-WebSocket-Key").size() == 1;
  }

  private static boolean names(@Nullable List<String> values, String token) {
    if (values == null) {
      return false;
    }
    for (String value : values) {
      for (String part : StringUtils.tokenizeToStringArray(value, ",")) {
        if (part.toLowerCase(Locale.ROOT).equals(token)) {
          return true;
        }
      }
    }
    return false;
  }
}
