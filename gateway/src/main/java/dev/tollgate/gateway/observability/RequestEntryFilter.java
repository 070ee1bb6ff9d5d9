package dev.tollgate.gateway.observability;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.ProtocolOfPath;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * The first filter: gives the request its id and its place in the access log. A web filter, not a
 * global one, so that requests which match no route have both.
 */
public final class RequestEntryFilter implements WebFilter, Ordered {

  static final String REQUEST_ID = "x-request-id";
  private static final int LONGEST_ID = 128;

  private final AccessLog accessLog;

  public RequestEntryFilter(AccessLog accessLog) {
    this.accessLog = accessLog;
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    long startNanos = System.nanoTime();
    ServerHttpRequest request = exchange.getRequest();
    String requestId = requestId(request.getHeaders().getFirst(REQUEST_ID));
    exchange.getResponse().getHeaders().set(REQUEST_ID, requestId);
    GatewayExchange begun =
        GatewayExchange.begin(
            exchange,
            requestId,
            ProtocolOfPath.of(request.getURI().getRawPath(), request.getHeaders()),
            startNanos);
    return chain.filter(exchange).doFinally(signal -> ended(begun, signal));
  }

  private void ended(GatewayExchange exchange, SignalType signal) {
    accessLog.ended(exchange, signal == SignalType.CANCEL);
  }

  /** The client's own id if it can stand in a log line as it is, else a new one. */
  static String requestId(@Nullable String presented) {
    return presented != null && isWellFormed(presented)
        ? presented
        : "req_" + UUID.randomUUID().toString().replace("-", "");
  }

  private static boolean isWellFormed(String id) {
    if (id.isEmpty() || id.length() > LONGEST_ID || id.startsWith("tgk_")) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean safe =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_'
              || c == '.';
      if (!safe) {
        return false;
      }
    }
    return true;
  }
}
