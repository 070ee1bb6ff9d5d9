package dev.tollgate.gateway.traffic;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A window of the UTC calendar. What was used in it before this process began to count comes from
 * the database, when it answers.
 */
final class WindowCounter implements Counter {

  private static final long NANOS_OF_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final LongSupplier epochMillis;
  private final @Nullable LongUnaryOperator share;
  private final long millis;
  private TrafficLimit limit;

  private long window;
  private long before;
  private long own;
  private boolean seeded;

  /**
   * @param share what of a rest one gateway may take by itself; null: all
   */
  WindowCounter(TrafficLimit limit, LongSupplier epochMillis, @Nullable LongUnaryOperator share) {
    this.limit = limit;
    this.epochMillis = epochMillis;
    this.share = share;
    this.millis = limit.kind().periodNanos() / NANOS_OF_MILLI;
    this.window = current();
  }

  private long current() {
    return Math.floorDiv(epochMillis.getAsLong(), millis);
  }

  /** A clock that was set back a little does not bring an old window back. */
  private void goOn() {
    long current = current();
    if (current != window && current != window - 1) {
      window = current;
      before = 0;
      own = 0;
      seeded = true;
    }
  }

  /** Whether it is not known what was used before. */
  boolean isUnseeded() {
    goOn();
    return !seeded;
  }

  /**
   * What the database says was used in the window of {@code at}. Some of our own may be in it: a
   * database that comes back has not stored much of it yet, and too many are better than too few.
   */
  void seed(long used, long at) {
    goOn();
    if (!seeded && Math.floorDiv(at, millis) == window) {
      before = used;
      seeded = true;
    }
  }

  @Override
  public void follow(TrafficLimit current) {
    limit = current;
    goOn();
  }

  @Override
  public long nanosUntil(long amount) {
    return resetNanos();
  }

  private long remaining() {
    long rest = Math.max(0, limit.capacity() - before);
    return (share == null ? rest : share.applyAsLong(rest)) - own;
  }

  private long resetNanos() {
    return ((window + 1) * millis - epochMillis.getAsLong()) * NANOS_OF_MILLI;
  }

  @Override
  public Standing take(long amount, Standing before) {
    own += amount;
    return standing();
  }

  @Override
  public void correct(long change, long itsWindow) {
    goOn();
    if (itsWindow == window) {
      own = Math.max(0, own + change);
    }
  }

  @Override
  public long window() {
    return window;
  }

  @Override
  public Standing standing() {
    return new Standing(remaining(), resetNanos());
  }
}
