package dev.tollgate.gateway.network;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.netty.http.server.HttpServerRequest;

/** The path and query of a request exactly as its client sent them. */
public final class SentTarget {

  /**
   * Set by the edge of the server where it took a key out of the target, and nowhere else: a
   * client's own is removed. It holds the key, as the header holds it that the key was moved to.
   */
  public static final String HEADER = "x-tollgate-sent-target";

  private SentTarget() {}

  public static String of(ServerHttpRequest request) {
    String moved = request.getHeaders().getFirst(HEADER);
    if (moved != null) {
      return moved;
    }
    HttpServerRequest server = ServerHttpRequestDecorator.getNativeRequest(request);
    return server.uri();
  }
}
