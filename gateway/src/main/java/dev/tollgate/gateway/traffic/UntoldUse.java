package dev.tollgate.gateway.traffic;

/**
 * What was taken of one limit without Redis.
 *
 * @param limit all of it, not the share
 * @param backPerNano of a bucket how much comes back in a nanosecond; 0 of a window
 * @param amount then; below 0: more was given back than taken since Redis was told
 * @param nanos when it was so much
 * @param window the number of the window that it counts in, by Redis' clock; 0 of a bucket
 * @param micros when any of it was last taken, by Redis' clock
 */
record UntoldUse(
    TrafficLimit limit, double backPerNano, double amount, long nanos, long window, long micros) {

  /** Both, unless one of them is of a window that is over. */
  UntoldUse and(UntoldUse later) {
    if (later.window != window) {
      return later.window > window ? later : this;
    }
    return new UntoldUse(
        later.limit,
        later.backPerNano,
        at(later.nanos) + later.amount,
        later.nanos,
        window,
        Math.max(micros, later.micros));
  }

  private double at(long now) {
    return amount <= 0
        ? amount
        : Math.max(0, amount - (double) Math.max(0, now - nanos) * backPerNano);
  }

  /** What is left of it, rounded up. */
  long whole(long now) {
    return (long) Math.ceil(at(now));
  }
}
