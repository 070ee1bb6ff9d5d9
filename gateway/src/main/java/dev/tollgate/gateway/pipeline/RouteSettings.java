package dev.tollgate.gateway.pipeline;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * What a route of the route YAML says beside its predicates and filters, validated when it was
 * read.
 *
 * @param timeouts hold unless the service has its own
 * @param maxBody the longest request body that is read into memory
 * @param maxStreamedBody the longest request body that is only passed through
 * @param webSocket whether the route may be upgraded
 */
public record RouteSettings(
    Protocol protocol,
    Operation operation,
    Timeouts timeouts,
    DataSize maxBody,
    DataSize maxStreamedBody,
    ClientGone onClientGone,
    boolean webSocket) {

  /** The name in a route's metadata; the settings travel there as the object they are. */
  public static final String METADATA = "tollgate";

  /** Almost every stage asks, and the way to a route's metadata leads over three maps. */
  private static final StateKey<RouteSettings> KEY = StateKey.named("route settings");

  /**
   * How long the provider may take.
   *
   * @param connect until the connection stands, TLS included
   * @param firstByte from the request sent to the head of the answer
   * @param betweenChunks the longest silence within a body while the client reads
   * @param total of the whole call
   */
  public record Timeouts(
      Duration connect, Duration firstByte, Duration betweenChunks, Duration total) {}

  /** What becomes of the call to the provider when the client goes away. */
  public enum ClientGone {
    /** It is cancelled at once. */
    CANCEL,
    /** It is read to its end, so that its usage is known. */
    DRAIN
  }

  /** A route is hashed for every request, and all that it holds with it. */
  @Override
  public int hashCode() {
    return 31 * protocol.hashCode() + operation.hashCode();
  }

  /**
   * The settings of the route that {@code exchange} matched.
   *
   * @throws IllegalStateException if the route did not come from the route YAML
   */
  public static RouteSettings of(GatewayExchange exchange) {
    RouteSettings known = exchange.find(KEY);
    if (known != null) {
      return known;
    }
    if (exchange.routeMetadata(METADATA) instanceof RouteSettings settings) {
      exchange.put(KEY, settings);
      return settings;
    }
    throw new IllegalStateException("the route did not come from the route YAML");
  }
}
