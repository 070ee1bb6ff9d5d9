package dev.tollgate.gateway.network.internal;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Declines the offer to go on in HTTP/2 without TLS, as RFC 9110, 7.8 lets a server do: by not
 * seeing it. It is not refused, since the JDK's HTTP client makes it with every cleartext request.
 */
final class CleartextHttp2Offer {

  private static final String H2C = "h2c";
  private static final AsciiString SETTINGS = AsciiString.cached("http2-settings");

  private CleartextHttp2Offer() {}

  static void decline(HttpRequest request) {
    HttpHeaders headers = request.headers();
    headers.remove(SETTINGS);
    List<String> upgrades = headers.getAll(HttpHeaderNames.UPGRADE);
    if (!upgrades.isEmpty() && upgrades.stream().allMatch(H2C::equalsIgnoreCase)) {
      headers.remove(HttpHeaderNames.UPGRADE);
    }
  }
}
