package dev.tollgate.gateway.traffic;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;

/** A bucket that fills all the time; may be in debt. */
final class BucketCounter implements Counter {

  /**
   * What is taken beyond it is forgotten: a provider may tell of any number of tokens, and the
   * library throws where a debt takes longer than a long of nanoseconds.
   */
  private static final long LONGEST_DEBT_NANOS = Duration.ofDays(366).toNanos();

  private final Bucket bucket;
  private TrafficLimit limit;

  /** The capacity is above 0. */
  BucketCounter(TrafficLimit limit, TimeMeter time) {
    this.limit = limit;
    this.bucket =
        Bucket.builder()
            .addLimit(bandwidth(limit))
            .withCustomTimePrecision(time)
            // Several buckets are asked and taken from under one lock.
            .withSynchronizationStrategy(SynchronizationStrategy.NONE)
            .build();
  }

  private static Bandwidth bandwidth(TrafficLimit limit) {
    return Bandwidth.builder()
        .capacity(limit.capacity())
        .refillGreedy(refill(limit), Duration.ofNanos(limit.kind().periodNanos()))
        .build();
  }

  /** The library knows of no more than one in a nanosecond. */
  private static long refill(TrafficLimit limit) {
    return Math.min(limit.refill(), limit.kind().periodNanos());
  }

  @Override
  public void follow(TrafficLimit current) {
    if (current.capacity() != limit.capacity() || current.refill() != limit.refill()) {
      limit = current;
      bucket.replaceConfiguration(
          BucketConfiguration.builder().addLimit(bandwidth(current)).build(),
          TokensInheritanceStrategy.PROPORTIONALLY);
    }
  }

  @Override
  public long nanosUntil(long amount) {
    return bucket.estimateAbilityToConsume(amount).getNanosToWaitForRefill();
  }

  @Override
  public Standing take(long amount, Standing before) {
    take(amount);
    return new Standing(before.remaining() - amount, before.resetNanos() + nanosOf(amount));
  }

  private void take(long amount) {
    var _ = bucket.consumeIgnoringRateLimits(amount);
  }

  /** In which so much comes back. */
  private long nanosOf(long amount) {
    return (long) ((double) limit.kind().periodNanos() * amount / refill(limit));
  }

  private void takeInAnyCase(long amount) {
    long available = bucket.getAvailableTokens();
    long taken = amount <= available ? amount : Math.min(amount, mostDebt() + available);
    if (taken > 0) {
      take(taken);
    }
  }

  private long mostDebt() {
    long period = limit.kind().periodNanos();
    return LONGEST_DEBT_NANOS / period * refill(limit);
  }

  @Override
  public void correct(long change, long itsWindow) {
    if (change < 0) {
      bucket.addTokens(-change);
    } else if (change > 0) {
      takeInAnyCase(change);
    }
  }

  @Override
  public long window() {
    return 0;
  }

  @Override
  public Standing standing() {
    EstimationProbe full = bucket.estimateAbilityToConsume(limit.capacity());
    return new Standing(full.getRemainingTokens(), full.getNanosToWaitForRefill());
  }
}
