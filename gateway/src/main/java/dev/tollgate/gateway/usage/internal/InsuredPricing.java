package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
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

  /** As it is told before the last byte leaves: of a whole answer. */
  @Override
  public @Nullable Charge charge(ServiceSnapshot service, int status, UsageReading reading) {
    return insured(plain.charge(service, status, reading), reading.usage());
  }

  private static @Nullable Charge insured(@Nullable Charge charge, @Nullable TokenUsage usage) {
    return charge == null || (usage != null && usage.output() > 0)
        ? charge
        : new Charge(0, charge.priceVersion());
  }

  /** What is charged in the end of what {@code bill} charges without insurance. */
  static @Nullable Charge of(Finished finished, Bill bill) {
    Charge charge = bill.charge();
    if (charge == null || finished.outcome() == Outcome.CANCELLED) {
      return charge;
    }
    String code = finished.errorCode();
    return code != null && code.startsWith(BY_PROVIDER)
        ? new Charge(0, charge.priceVersion())
        : insured(charge, bill.usage());
  }
}
