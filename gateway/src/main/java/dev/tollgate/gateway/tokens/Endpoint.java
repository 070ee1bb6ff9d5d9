package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;

/**
 * Where a request goes, as far as it decides what its body means.
 *
 * @param rule where a maximum of the answer stands
 */
public record Endpoint(Protocol protocol, Operation operation, MaximumRule rule) {

  /** Of a request whose route is known. */
  public static Endpoint of(GatewayExchange exchange) {
    return of(
        exchange.protocol(),
        RouteSettings.of(exchange).operation(),
        exchange.request().getURI().getRawPath());
  }

  /**
   * As above.
   *
   * @param rawPath without the query
   */
  public static Endpoint of(Protocol protocol, Operation operation, String rawPath) {
    return new Endpoint(protocol, operation, MaximumRule.of(operation, rawPath));
  }
}
