package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.traffic.Clocks.Now;
import dev.tollgate.gateway.traffic.LimitKind.Shape;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** All counts of one subject, or of one model of it. Guarded by its organization's lock. */
final class Counters {

  private static final long SPARE_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long NOTED_EACH_NANOS = Duration.ofMillis(100).toNanos();
  private static final long SEED_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

  private final @Nullable LongUnaryOperator share;
  private final Map<LimitKind, Counter> byKind = new EnumMap<>(LimitKind.class);

  /** What was used before was asked for, known or not. */
  private boolean asked;

  private boolean complete;
  private boolean used;
  private long askAgainAt;
  private long notedNanos;

  /** Until it may be forgotten after its last use; read without the lock. */
  private volatile long keptNanos;

  /** Others count in its place, if anybody does. */
  private volatile boolean forgotten;

  private Now now;

  /** By which buckets fill. */
  private final TimeMeter time =
      new TimeMeter() {
        @Override
        public long currentTimeNanos() {
          return now.nanos();
        }

        @Override
        public boolean isWallClockBased() {
          return false;
        }
      };

  Counters(Now now, @Nullable LongUnaryOperator share) {
    this.now = now;
    this.notedNanos = now.nanos();
    this.share = share;
  }

  /**
   * When it is for all that is asked until this is said again: to read the clocks for each limit
   * took a quarter of the time in which it was judged.
   */
  Counters at(Now moment) {
    now = moment;
    return this;
  }

  /** The count of this limit, which is followed as it is now. */
  Counter of(TrafficLimit limit) {
    Counter known = byKind.get(limit.kind());
    // A bucket of nothing keeps no state.
    if (known == null || limit.capacity() == 0 || known instanceof ClosedCounter) {
      known = made(limit);
      byKind.put(limit.kind(), known);
      keepFor(limit.lengthNanos());
    } else {
      known.follow(limit);
    }
    return known;
  }

  private Counter made(TrafficLimit limit) {
    if (limit.capacity() == 0) {
      return new ClosedCounter(limit);
    }
    if (limit.kind().shape() == Shape.BUCKET) {
      return new BucketCounter(limit, time);
    }
    asked = false;
    complete = false;
    return new WindowCounter(limit, () -> now.epochMillis(), share);
  }

  /** What must be kept longer than before is noted with the next use. */
  private void keepFor(long nanos) {
    long kept = nanos + SPARE_NANOS;
    if (kept > keptNanos) {
      keptNanos = kept;
      notedNanos = now.nanos() - NOTED_EACH_NANOS;
    }
  }

  /** Until all of it is back, whatever comes; 0 while nothing is counted. */
  long keptNanos() {
    return keptNanos;
  }

  /** Whether it is time to note that it is in use, far within what is spared; true once a while. */
  boolean wantsNote(long nanos) {
    if (nanos - notedNanos < NOTED_EACH_NANOS) {
      return false;
    }
    notedNanos = nanos;
    return true;
  }

  /** True once. */
  boolean isFirstUse() {
    boolean first = !used;
    used = true;
    return first;
  }

  void forget() {
    forgotten = true;
  }

  boolean isForgotten() {
    return forgotten;
  }

  void correct(LimitKind kind, long change, long window) {
    Counter known = byKind.get(kind);
    if (known != null) {
      known.correct(change, window);
      if (change > 0) {
        keepFor(known.standing().resetNanos());
      }
    }
  }

  /** Whether something must be known of the past before it can be judged. */
  boolean needsSeed() {
    return !asked && isUnseeded();
  }

  /** Whether it is time to ask once more for what was not known; true once a while. */
  boolean wantsSeed() {
    if (complete || !asked || now.nanos() - askAgainAt < 0) {
      return false;
    }
    complete = !isUnseeded();
    askAgainAt = now.nanos() + SEED_AGAIN_NANOS;
    return !complete;
  }

  private boolean isUnseeded() {
    for (Counter counter : byKind.values()) {
      if (counter instanceof WindowCounter window && window.isUnseeded()) {
        return true;
      }
    }
    return false;
  }

  /** What the database said of the time {@code at}; empty: nothing. */
  void seed(Optional<Used> used, long at) {
    asked = true;
    askAgainAt = now.nanos() + SEED_AGAIN_NANOS;
    used.ifPresent(known -> seed(known, at));
  }

  private void seed(Used used, long at) {
    byKind.forEach((kind, counter) -> {
      if (counter instanceof WindowCounter window) {
        window.seed(used.of(kind), at);
      }
    });
  }
}
