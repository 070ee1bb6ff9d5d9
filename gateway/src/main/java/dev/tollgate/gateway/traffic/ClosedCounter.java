package dev.tollgate.gateway.traffic;

/** Of a limit that gives nothing, ever. */
record ClosedCounter(TrafficLimit limit) implements Counter {

  @Override
  public void follow(TrafficLimit current) {}

  @Override
  public long nanosUntil(long amount) {
    return limit.lengthNanos();
  }

  @Override
  public Standing take(long amount, Standing before) {
    return before;
  }

  @Override
  public void correct(long change, long itsWindow) {}

  @Override
  public long window() {
    return 0;
  }

  @Override
  public Standing standing() {
    return new Standing(0, limit.lengthNanos());
  }
}
