package dev.tollgate.gateway.prices;

/** Where the prices are. */
@FunctionalInterface
public interface Prices {

  /** The book as it was last read; empty before it was. */
  PriceBook book();
}
