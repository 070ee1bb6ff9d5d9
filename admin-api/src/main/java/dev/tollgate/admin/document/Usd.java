package dev.tollgate.admin.document;

import java.math.BigDecimal;

/** Money as it is written and shown: US dollars, a plain decimal with at most six places. */
public final class Usd {
  private static final int MICRO_DECIMALS = 6;

  private Usd() {}

  public static BigDecimal ofMicros(long microUsd) {
    BigDecimal shortest = BigDecimal.valueOf(microUsd, MICRO_DECIMALS).stripTrailingZeros();
    return shortest.scale() < 0 ? shortest.setScale(0) : shortest;
  }

  /**
   * Of an amount with at most six decimals, as {@link ValueRules#money} lets through.
   *
   * @throws ArithmeticException for any other
   */
  public static long toMicros(BigDecimal usd) {
    return usd.movePointRight(MICRO_DECIMALS).longValueExact();
  }
}
