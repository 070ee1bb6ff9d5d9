package dev.tollgate.gateway.traffic;

/** The state of one limit in memory. Guarded by whoever holds it. */
interface Counter {

  /** Holds to what the limit is now; what is taken stays taken. */
  void follow(TrafficLimit limit);

  /** Nanoseconds until so much can be taken, which is more than is left, but fits at all. */
  long nanosUntil(long amount);

  /**
   * Takes so much, whatever is left.
   *
   * @param before how it stands
   * @return how it stands then
   */
  Standing take(long amount, Standing before);

  /**
   * Corrects what was taken: below 0 is given back, never more than all that the limit has.
   *
   * @param itsWindow that it was taken of; one that is over stays as it was
   */
  void correct(long change, long itsWindow);

  /** The number of the window that is counted in now; 0 of a bucket. */
  long window();

  Standing standing();
}
