package dev.tollgate.gateway.pipeline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * One request on its way through the pipeline: the only holder of an exchange attribute. Stages
 * leave typed values under their {@link StateKey}s. Confined to one request; used by one thread at a
 * time.
 */
public final class GatewayExchange {

  private static final String ATTRIBUTE = GatewayExchange.class.getName();
  private static final int EXPECTED_KEYS = 16;

  private final ServerWebExchange exchange;
  private final String requestId;
  private final Protocol protocol;
  private final long startNanos;
  private @Nullable Object[] state = new @Nullable Object[EXPECTED_KEYS];

  private GatewayExchange(
      ServerWebExchange exchange, String requestId, Protocol protocol, long startNanos) {
    this.exchange = exchange;
    this.requestId = requestId;
    this.protocol = protocol;
    this.startNanos = startNanos;
  }

  /** Begins the way of a request; called once, by the first filter. */
  public static GatewayExchange begin(
      ServerWebExchange exchange, String requestId, Protocol protocol, long startNanos) {
    GatewayExchange begun = new GatewayExchange(exchange, requestId, protocol, startNanos);
    exchange.getAttributes().put(ATTRIBUTE, begun);
    return begun;
  }

  /**
   * The gateway's view of an exchange.
   *
   * @throws IllegalStateException if the exchange never passed the first filter
   */
  @SuppressWarnings("ReferenceEquality") // whether it is the same exchange, not an equal one
  public static GatewayExchange of(ServerWebExchange exchange) {
    if (exchange.getAttributes().get(ATTRIBUTE) instanceof GatewayExchange begun) {
      // A route filter may have wrapped the exchange; later stages must see its request.
      return begun.exchange == exchange ? begun : begun.seenThrough(exchange);
    }
    throw new IllegalStateException("the exchange never passed the first filter");
  }

  private GatewayExchange seenThrough(ServerWebExchange wrapped) {
    GatewayExchange view = new GatewayExchange(wrapped, requestId, protocol, startNanos);
    view.state = state;
    return view;
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

  /** Leaves a value for later stages. */
  public <T> void put(StateKey<T> key, T value) {
    if (key.index() >= state.length) {
      state = Arrays.copyOf(state, key.index() + EXPECTED_KEYS);
    }
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
    return key.index() < state.length ? (T) state[key.index()] : null;
  }
}
