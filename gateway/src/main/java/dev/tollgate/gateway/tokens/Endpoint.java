package dev.tollgate.gateway.tokens;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.RouteSettings;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;

/**
 * Where a request goes, as far as it decides what its body means.
 *
 * @param rule where a maximum of the answer stands
 */
public record Endpoint(Protocol protocol, Operation operation, MaximumRule rule) {

  /** Of a request whose service has been chosen. */
  public static Endpoint of(GatewayExchange exchange) {
    Endpoint endpoint =
        of(
            exchange.protocol(),
            RouteSettings.of(exchange).operation(),
            exchange.request().getURI().getRawPath());
    ServiceSnapshot service = exchange.find(ServiceSnapshot.KEY);
    MaximumRule rule = endpoint.rule().readBy(service == null ? null : service.provider());
    return new Endpoint(endpoint.protocol(), endpoint.operation(), rule);
  }

  /**
   * As above, of OpenAI itself.
   *
   * @param rawPath without the query
   */
  public static Endpoint of(Protocol protocol, Operation operation, String rawPath) {
    return new Endpoint(protocol, operation, MaximumRule.of(operation, rawPath));
  }
}
