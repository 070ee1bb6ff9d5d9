package dev.tollgate.gateway.time;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the database's clock says, as its answers tell; by this machine's own clock where it has
 * told nothing yet. Between two answers it goes on with the time that passes here. It is never
 * ahead, and behind by as much as the quickest answer was late. Thread-safe.
 */
public final class SharedClock {

  private final InstantSource own;
  private final LongSupplier nanoClock;
  private volatile @Nullable Told told;

  private record Told(Instant time, long nanos) {}

  /**
   * @param own the machine's
   * @param nanoClock tells how much time has passed, as {@link System#nanoTime} does
   */
  public SharedClock(InstantSource own, LongSupplier nanoClock) {
    this.own = own;
    this.nanoClock = nanoClock;
  }

  /** What a question is to be answered with, when it is put now. */
  public long ask() {
    return nanoClock.getAsLong();
  }

  /**
   * The database has told this time, at some moment since it was asked: what is known stands as
   * long as it agrees with that.
   *
   * @param asked as {@link #ask} has given it
   */
  public void tell(Instant time, long asked) {
    long now = nanoClock.getAsLong();
    Told before = told;
    Instant known = before == null ? time : since(before, now);
    Instant latest = time.plusNanos(now - asked);
    Instant best = known.isBefore(time) ? time : known.isAfter(latest) ? latest : known;
    told = new Told(best, now);
  }

  /** Whether the database has ever told. */
  public boolean isTold() {
    return told != null;
  }

  /** The time. */
  public Instant now() {
    Told last = told;
    return last == null ? own.instant() : since(last, nanoClock.getAsLong());
  }

  private static Instant since(Told last, long nanos) {
    return last.time().plusNanos(nanos - last.nanos());
  }
}
