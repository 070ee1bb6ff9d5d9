package dev.tollgate.gateway.redis;

import java.time.Duration;

/** Links of their own for tests of what stands on Redis. */
public final class RedisLinks {

  private RedisLinks() {}

  public static RedisLink to(String url) {
    return new RedisLink(url, Duration.ofMillis(500));
  }
}
