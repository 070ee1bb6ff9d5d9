package dev.tollgate.gateway.prices;

/** Where the prices are. */
public interface Prices {

  /** The book as it was last read; empty before it was. */
  PriceBook book();

  /** What those are that it does not name. */
  AnsweredModels answeredModels();
}
