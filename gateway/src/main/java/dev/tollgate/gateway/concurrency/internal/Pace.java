package dev.tollgate.gateway.concurrency.internal;

import java.time.Duration;

/**
 * How often a gateway speaks of its permits to Redis; all of it follows from the lease.
 *
 * @param leaseMillis how long a permit outlives its gateway
 */
record Pace(long leaseMillis) {

  static final int BEATS_OF_RENEWAL = 20;

  private static final int BEATS = 60;
  private static final int GRACES = 10;
  private static final int SILENCES = 6;

  static Pace of(Duration lease) {
    return new Pace(lease.toMillis());
  }

  /** Between two questions for the epoch; a lease is renewed three times before it ends. */
  long beatMillis() {
    return leaseMillis / BEATS;
  }

  /** In which every gateway tells its permits to a Redis that may have forgotten them. */
  long graceMillis() {
    return leaseMillis / GRACES;
  }

  /** After which leases may have ended that are held, since no gateway was heard. */
  long silenceMillis() {
    return leaseMillis / SILENCES;
  }
}
