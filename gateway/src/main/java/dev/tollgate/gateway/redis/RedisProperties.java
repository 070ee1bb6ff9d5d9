package dev.tollgate.gateway.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The Redis of several gateways.
 *
 * @param url {@code redis://user:password@host:port/database}, {@code rediss://} for TLS; null:
 *     there is none, and each gateway counts for itself
 * @param timeout of a command and of an attempt to connect, at most 500 ms: a request waits for it
 * @param replicas how many gateways there are at most; while Redis is away each keeps to its part
 *     of a limit
 */
@Validated
@ConfigurationProperties("tollgate.redis")
public record RedisProperties(
    @Nullable String url,
    @DefaultValue("250ms") Duration timeout,
    @DefaultValue("2") int replicas) {

  private static final Duration LONGEST = Duration.ofMillis(500);

  public RedisProperties {
    if (timeout.toMillis() < 1 || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("tollgate.redis.timeout must be 1ms to 500ms");
    }
    if (replicas < 1) {
      throw new IllegalArgumentException("tollgate.redis.replicas must be at least 1");
    }
    if (url != null) {
      var _ = parsed(url);
    }
  }

  /**
   * What one gateway may let through of a limit by itself: the limit by the number of gateways, but
   * one where anything is allowed, so that a small limit does not shut everybody out.
   */
  public long share(long limit) {
    return Math.max(Math.min(limit, 1), limit / replicas);
  }

  /** A password may stand in it. */
  @Override
  public String toString() {
    return "RedisProperties[timeout=" + timeout + ", replicas=" + replicas + "]";
  }

  /** Says nothing of what stands in the URL. */
  static RedisURI parsed(String url) {
    try {
      return RedisURI.create(url);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("tollgate.redis.url is no URL of a Redis");
    }
  }
}
