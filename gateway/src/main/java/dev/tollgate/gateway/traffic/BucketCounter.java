package dev.tollgate.gateway.traffic;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;

/** A bucket that fills all the time; may be in debt. */
final class BucketCounter implements Counter {

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
    long period = limit.kind().periodNanos();
    // The library knows of no more than one in a nanosecond.
    long refill = Math.min(limit.refill(), period);
    return Bandwidth.builder()
        .capacity(limit.capacity())
        .refillGreedy(refill, Duration.ofNanos(period))
        .build();
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
  public void take(long amount) {
    var _ = bucket.consumeIgnoringRateLimits(amount);
  }

  @Override
  public void correct(long change, long itsWindow) {
    if (change < 0) {
      bucket.addTokens(-change);
    } else if (change > 0) {
      take(change);
    }
  }

  @Override
  public long window() {
    return 0;
  }

  @Override
  public Standing standing() {
    return new Standing(bucket.getAvailableTokens(), nanosUntil(limit.capacity()));
  }
}
