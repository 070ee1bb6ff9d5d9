package dev.tollgate.gateway.routing;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The pool of connections to providers.
 *
 * @param maxConnections to one provider's host
 * @param maxPending calls that wait for one of them
 * @param acquireTimeout how long they wait
 * @param maxIdle how long an unused connection is kept; shorter than the providers' own
 * @param joinUpTo an answer of a known length up to this is sent in one piece
 */
@Validated
@ConfigurationProperties("tollgate.upstream")
public record UpstreamProperties(
    @DefaultValue("20000") @Min(1) int maxConnections,
    @DefaultValue("10000") @Min(1) int maxPending,
    @DefaultValue("5s") Duration acquireTimeout,
    @DefaultValue("20s") Duration maxIdle,
    @DefaultValue("256KB") DataSize joinUpTo) {

  /** Held in memory for every answer that is under way. */
  private static final long MOST_JOINED_MEGABYTES = 64;

  public UpstreamProperties {
    requirePositive("tollgate.upstream.acquire-timeout", acquireTimeout);
    requirePositive("tollgate.upstream.max-idle", maxIdle);
    if (joinUpTo.isNegative() || joinUpTo.toMegabytes() > MOST_JOINED_MEGABYTES) {
      throw new IllegalArgumentException(
          "tollgate.upstream.join-up-to must be from 0 to %d MB".formatted(MOST_JOINED_MEGABYTES));
    }
  }

  private static void requirePositive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(key + " must be positive");
    }
  }
}
