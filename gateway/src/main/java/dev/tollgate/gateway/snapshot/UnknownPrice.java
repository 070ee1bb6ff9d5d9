package dev.tollgate.gateway.snapshot;

import java.util.Locale;

/**
 * What a project says of requests whose model has no price. It matters only where a money limit
 * stands over the request; elsewhere they are served without a cost.
 */
public enum UnknownPrice {
  DENY,
  CHARGE_DEFAULT,
  ALLOW;

  /**
   * Reads the column {@code unknown_price}.
   *
   * @throws IllegalArgumentException if it is none of the three
   */
  public static UnknownPrice of(String column) {
    return valueOf(column.toUpperCase(Locale.ROOT));
  }
}
