package dev.tollgate.gateway.usage;

/**
 * What a request costs.
 *
 * @param microUsd rounded up once
 * @param priceVersion the price that it was charged at
 */
public record Charge(long microUsd, String priceVersion) {

  public Charge {
    if (microUsd < 0) {
      throw new IllegalArgumentException("a charge is not negative");
    }
  }
}
