package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.network.ClientConnection;
import dev.tollgate.gateway.network.IpLiteral;
import dev.tollgate.gateway.observability.AccessLog;
import dev.tollgate.gateway.pipeline.GatewayExchange;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Settles where a request comes from, before anything asks. A web filter, so that requests which
 * match no route have their address in the access log as well.
 */
final class ClientAddressFilter implements WebFilter, Ordered {

  private static final Rejection UNREADABLE =
      Rejection.of(ErrorCode.INVALID_REQUEST, "The forwarding headers cannot be read.");

  /** Of a client that cannot be known, as on a connection that is gone: no list names it. */
  static final InetAddress NOBODY = InetAddress.ofLiteral("0.0.0.0");

  private final ClientResolution resolution;
  private final boolean proxyProtocol;

  ClientAddressFilter(ClientResolution resolution, boolean proxyProtocol) {
    this.resolution = resolution;
    this.proxyProtocol = proxyProtocol;
  }

  /** Behind the first filter and the health checks, before everything else. */
  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE + 2;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    GatewayExchange request = GatewayExchange.of(exchange);
    ProxyProtocol.Source source = proxyProtocol ? sourceOf(exchange.getRequest()) : null;
    InetAddress peer = source != null ? source.address() : peerOf(exchange.getRequest());
    boolean encrypted =
        (source != null && source.encrypted())
            || "https".equals(exchange.getRequest().getURI().getScheme());
    HttpHeaders headers = exchange.getRequest().getHeaders();
    ClientConnection client = resolution.resolve(peer, encrypted, name -> headers.getOrEmpty(name));
    if (client == null) {
      request.put(AccessLog.CLIENT, IpLiteral.format(peer));
      return Mono.error(UNREADABLE.asException());
    }
    request.put(ClientConnection.KEY, client);
    request.put(AccessLog.CLIENT, client.addressText());
    return chain.filter(exchange);
  }

  private static InetAddress peerOf(ServerHttpRequest request) {
    InetSocketAddress peer = request.getRemoteAddress();
    return peer == null || peer.getAddress() == null ? NOBODY : peer.getAddress();
  }

  private static ProxyProtocol.@Nullable Source sourceOf(ServerHttpRequest request) {
    HttpServerRequest server = ServerHttpRequestDecorator.getNativeRequest(request);
    AtomicReference<Channel> channel = new AtomicReference<>();
    server.withConnection(connection -> channel.set(connection.channel()));
    return ProxyProtocol.sourceOf(channel.get());
  }
}
