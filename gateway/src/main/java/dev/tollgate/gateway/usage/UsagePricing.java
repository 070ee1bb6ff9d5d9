package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.pipeline.GatewayExchange;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import org.jspecify.annotations.Nullable;

/** Tells what requests cost; the prices provide it. */
@FunctionalInterface
public interface UsagePricing {

  /** Prices one request; those in force when this is called hold for it to its end. */
  OfRequest of(GatewayExchange exchange);

  /** Prices of one request. */
  @FunctionalInterface
  interface OfRequest {

    OfRequest UNKNOWN = (service, status, reading) -> null;

    /**
     * What the request costs.
     *
     * @param service that was called
     * @param status of the provider's answer; 0 if there was none
     * @return null if no price of the model is known, or what it is charged by was not counted
     */
    @Nullable Charge charge(ServiceSnapshot service, int status, UsageReading reading);
  }
}
