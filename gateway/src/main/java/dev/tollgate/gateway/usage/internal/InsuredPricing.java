package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import dev.tollgate.gateway.usage.UsageMeter.Finished;
import dev.tollgate.gateway.usage.UsagePricing;
import dev.tollgate.gateway.usage.UsageReading;
import org.jspecify.annotations.Nullable;

/**
 * {@code zero_completion_insurance}: nothing is charged where nothing was generated, nor for what a
 * provider failed at. A client that goes away itself is charged for what it made the provider do.
 */
record InsuredPricing(UsagePricing.OfRequest plain) implements UsagePricing.OfRequest {

  private static final String BY_PROVIDER = "provider_";

  @Override
  public @Nullable Charge charge(ServiceSnapshot service, int status, UsageReading reading) {
    Charge charge = plain.charge(service, status, reading);
    return charge == null || hasOutput(reading) ? charge : nothing(charge);
  }

  private static boolean hasOutput(UsageReading reading) {
    return reading.usage() != null && reading.usage().output() > 0;
  }

  private static Charge nothing(Charge charge) {
    return new Charge(0, charge.priceVersion());
  }

  /** Of an answer whose usage was never told, as it was counted. */
  @Nullable Charge ofCounted(Finished finished, int status, UsageReading counted) {
    if (finished.outcome() == Outcome.CANCELLED) {
      return plain.charge(finished.service(), status, counted);
    }
    Charge charge = charge(finished.service(), status, counted);
    String code = finished.errorCode();
    boolean failed = code != null && code.startsWith(BY_PROVIDER);
    return charge != null && failed ? nothing(charge) : charge;
  }
}
