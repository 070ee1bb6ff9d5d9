package dev.tollgate.gateway.observability;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.ProtocolOfPath;
import dev.tollgate.gateway.pipeline.RequestIds;
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
    String requestId = RequestIds.of(request.getHeaders().getFirst(RequestIds.HEADER));
    exchange.getResponse().getHeaders().set(RequestIds.HEADER, requestId);
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
}
