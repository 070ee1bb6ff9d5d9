package dev.tollgate.gateway.pipeline;

import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * One request on its way through the pipeline: the only holder of an exchange attribute. Stages
 * leave typed values under their {@link StateKey}s. Confined to one request; used by one thread at
 * a time.
 */
public final class GatewayExchange {

  private static final String ATTRIBUTE = GatewayExchange.class.getName();

  private final ServerWebExchange exchange;
  private final String requestId;
  private final Protocol protocol;
  private final long startNanos;

  /** Shared by every view of one request. */
  private final @Nullable Object[] state;

  private GatewayExchange(
      ServerWebExchange exchange,
      String requestId,
      Protocol protocol,
      long startNanos,
      @Nullable Object[] state) {
    this.exchange = exchange;
    this.requestId = requestId;
    this.protocol = protocol;
    this.startNanos = startNanos;
    this.state = state;
  }

  /** Begins the way of a request; called once, by the first filter. */
  public static GatewayExchange begin(
      ServerWebExchange exchange, String requestId, Protocol protocol, long startNanos) {
    GatewayExchange begun =
        new GatewayExchange(
            exchange, requestId, protocol, startNanos, new @Nullable Object[StateKey.MAXIMUM]);
    exchange.getAttributes().put(ATTRIBUTE, begun);
    return begun;
  }

  /**
   * The gateway's view of an exchange; another one where a route filter has wrapped the exchange.
   *
   * @throws IllegalStateException if the exchange never passed the first filter
   */
  @SuppressWarnings("ReferenceEquality") // whether it is the same exchange, not an equal one
  public static GatewayExchange of(ServerWebExchange exchange) {
    if (exchange.getAttributes().get(ATTRIBUTE) instanceof GatewayExchange begun) {
      return begun.seenThrough(exchange);
    }
    throw new IllegalStateException("the exchange never passed the first filter");
  }

  @SuppressWarnings("ReferenceEquality") // the very same exchange is meant
  private GatewayExchange seenThrough(ServerWebExchange wrapped) {
    if (wrapped == exchange) {
      return this;
    }
    return new GatewayExchange(wrapped, requestId, protocol, startNanos, state);
  }

  /** The id of this request, taken from the client if well-formed, else made. */
  public String requestId() {
    return requestId;
  }

  /** The protocol that the request's path speaks, known before any route is. */
  public Protocol protocol() {
    return protocol;
  }

  /** {@link System#nanoTime()} when the request's head had been read. */
  public long startNanos() {
    return startNanos;
  }

  public ServerWebExchange exchange() {
    return exchange;
  }

  public ServerHttpRequest request() {
    return exchange.getRequest();
  }

  public HttpHeaders requestHeaders() {
    return exchange.getRequest().getHeaders();
  }

  public ServerHttpResponse response() {
    return exchange.getResponse();
  }

  /** The predicates of {@code route} are asked next; they leave what they find under its id. */
  public void asking(Route route) {
    exchange
        .getAttributes()
        .put(ServerWebExchangeUtils.GATEWAY_PREDICATE_ROUTE_ATTR, route.getId());
  }

  /** {@code route} is the one that answers; its filters find it under its name. */
  public void matched(Route route) {
    exchange.getAttributes().remove(ServerWebExchangeUtils.GATEWAY_PREDICATE_ROUTE_ATTR);
    exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, route);
  }

  /** What the metadata of the matched route hold under {@code name}; null before the match. */
  public @Nullable Object routeMetadata(String name) {
    return exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) instanceof Route route
        ? route.getMetadata().get(name)
        : null;
  }

  /** Leaves a value for later stages. */
  public <T> void put(StateKey<T> key, T value) {
    state[key.index()] = value;
  }

  /**
   * The value that an earlier stage left.
   *
   * @throws IllegalStateException if none did, which is a mistake in the order of stages
   */
  public <T> T get(StateKey<T> key) {
    T value = find(key);
    if (value == null) {
      throw new IllegalStateException("no stage has set " + key);
    }
    return value;
  }

  /** The value under {@code key}, or null if no stage left one. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // put() is the only writer
  public <T> @Nullable T find(StateKey<T> key) {
    return (T) state[key.index()];
  }
}
