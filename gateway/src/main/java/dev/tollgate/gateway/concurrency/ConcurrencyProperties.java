package dev.tollgate.gateway.concurrency;

import dev.tollgate.gateway.redis.WhenAway;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Requests at once, and those that wait for their turn.
 *
 * @param defaultQueueWait how long a request waits where its policy sets no {@code max_queue_wait}
 * @param maxQueueWait the longest that any request waits, whatever its policy says
 * @param maxWaiting how many requests may wait in this gateway, whatever their policies say
 * @param lease how long a permit outlives a gateway that was killed; 3 s to 5 min
 * @param whenAway what becomes of the limits while Redis does not answer
 */
@Validated
@ConfigurationProperties("tollgate.concurrency")
public record ConcurrencyProperties(
    @DefaultValue("10s") Duration defaultQueueWait,
    @DefaultValue("5m") Duration maxQueueWait,
    @DefaultValue("10000") @Min(0) int maxWaiting,
    @DefaultValue("30s") Duration lease,
    @DefaultValue("LOCAL_SHARE") WhenAway whenAway) {

  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(3);
  private static final Duration LONGEST_LEASE = Duration.ofMinutes(5);

  public ConcurrencyProperties {
    if (!maxQueueWait.isPositive()) {
      throw new IllegalArgumentException("tollgate.concurrency.max-queue-wait must be positive");
    }
    if (!defaultQueueWait.isPositive() || defaultQueueWait.compareTo(maxQueueWait) > 0) {
      throw new IllegalArgumentException(
          "tollgate.concurrency.default-queue-wait must be positive and at most max-queue-wait");
    }
    if (lease.compareTo(SHORTEST_LEASE) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
      throw new IllegalArgumentException("tollgate.concurrency.lease must be 3s to 5m");
    }
  }

  /** How long a request may wait whose policy says {@code asked}, or nothing. */
  public Duration wait(@Nullable Duration asked) {
    if (asked == null) {
      return defaultQueueWait;
    }
    return asked.compareTo(maxQueueWait) > 0 ? maxQueueWait : asked;
  }
}
