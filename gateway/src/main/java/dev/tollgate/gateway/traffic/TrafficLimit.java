package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.admission.Quota;
import dev.tollgate.gateway.admission.QuotaPolicy;
import dev.tollgate.gateway.traffic.LimitKind.Shape;
import java.time.Duration;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** One limit over a request. */
public final class TrafficLimit {

  private final CounterKey key;
  private final LimitKind kind;
  private final long capacity;
  private final long refill;

  /** Made when an answer first tells of it; any two say the same. */
  private @Nullable QuotaPolicy policy;

  /**
   * A limit.
   *
   * @param capacity how much may be taken at once while nobody else takes any; 0: nothing ever
   * @param refill how much of a bucket comes back in the period of its kind; of a window the
   *     capacity
   */
  TrafficLimit(CounterKey key, LimitKind kind, long capacity, long refill) {
    this.key = key;
    this.kind = kind;
    this.capacity = capacity;
    this.refill = refill;
  }

  static TrafficLimit of(CounterKey key, LimitKind kind, long limit) {
    return new TrafficLimit(key, kind, limit, limit);
  }

  public CounterKey key() {
    return key;
  }

  public LimitKind kind() {
    return kind;
  }

  public long capacity() {
    return capacity;
  }

  public long refill() {
    return refill;
  }

  /** What tells it from all others, whatever it is set to. */
  public record Id(CounterKey key, LimitKind kind) {}

  public Id id() {
    return new Id(key, kind);
  }

  /** In which an empty bucket fills, or how long the window is. */
  public long lengthNanos() {
    if (capacity == refill || capacity == 0 || kind.shape() == Shape.WINDOW) {
      return kind.periodNanos();
    }
    return (long) Math.ceil((double) kind.periodNanos() * capacity / refill);
  }

  /** A bucket of this part. Of a window the part depends on what was taken before. */
  TrafficLimit shared(LongUnaryOperator share) {
    return kind.shape() == Shape.WINDOW
        ? this
        : new TrafficLimit(key, kind, share.applyAsLong(capacity), share.applyAsLong(refill));
  }

  /** How it stands as soon as so much of it is given back. */
  Standing standingWith(Standing standing, long givenBack) {
    long sooner =
        kind.shape() == Shape.WINDOW || capacity == 0
            ? 0
            : (long) ((double) lengthNanos() * givenBack / capacity);
    return new Standing(
        standing.remaining() + givenBack, Math.max(0, standing.resetNanos() - sooner));
  }

  /** What answers say is left. */
  long remaining(Standing standing) {
    return Math.clamp(standing.remaining(), 0, capacity);
  }

  /** As answers tell of it. */
  public Quota quota(Standing standing) {
    return new Quota(policy(), remaining(standing), standing.resetNanos());
  }

  private QuotaPolicy policy() {
    QuotaPolicy known = policy;
    if (known == null) {
      Duration window = Duration.ofNanos(lengthNanos());
      known = new QuotaPolicy(kind.unit(), kind.id(), capacity, window);
      policy = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return kind.id() + " of " + key + ": " + capacity;
  }
}
