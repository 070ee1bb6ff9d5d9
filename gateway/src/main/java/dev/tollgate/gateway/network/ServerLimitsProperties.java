package dev.tollgate.gateway.network;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What one client may hold of the public port before its request is known.
 *
 * @param headTimeout for the whole head of a request, from the connection or, on a kept one, from
 *     the head's first byte
 * @param idleTimeout how long a kept connection may wait for its next request
 * @param bodyReadTimeout how long a request's body may stand still while the gateway waits for it
 * @param maxConnections at the same time, altogether
 * @param maxConnectionsPerAddress at the same time from one IPv4 address or one IPv6 /64; behind a
 *     load balancer that is the load balancer
 * @param maxInitialLine bytes of method, target and version, from 256B to 1MB
 * @param maxHeaderSize bytes of all header lines of a request, from 256B to 1MB
 */
@Validated
@ConfigurationProperties("tollgate.server")
public record ServerLimitsProperties(
    @DefaultValue("10s") Duration headTimeout,
    @DefaultValue("60s") Duration idleTimeout,
    @DefaultValue("30s") Duration bodyReadTimeout,
    @DefaultValue("20000") @Min(1) @Max(1_000_000) int maxConnections,
    @DefaultValue("5000") @Min(1) @Max(1_000_000) int maxConnectionsPerAddress,
    @DefaultValue("8KB") DataSize maxInitialLine,
    @DefaultValue("32KB") DataSize maxHeaderSize) {

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final DataSize SMALLEST = DataSize.ofBytes(256);
  private static final DataSize LARGEST = DataSize.ofMegabytes(1);

  public ServerLimitsProperties {
    requireWithin("tollgate.server.head-timeout", headTimeout);
    requireWithin("tollgate.server.idle-timeout", idleTimeout);
    requireWithin("tollgate.server.body-read-timeout", bodyReadTimeout);
    requireWithin("tollgate.server.max-initial-line", maxInitialLine);
    requireWithin("tollgate.server.max-header-size", maxHeaderSize);
  }

  private static void requireWithin(String key, Duration value) {
    if (value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(key + " must be from 1ms to 1h");
    }
  }

  private static void requireWithin(String key, DataSize value) {
    if (value.compareTo(SMALLEST) < 0 || value.compareTo(LARGEST) > 0) {
      throw new IllegalArgumentException(key + " must be from 256B to 1MB");
    }
  }
}
