package dev.tollgate.gateway.redis;

/** What becomes of a limit that several gateways count on Redis, while Redis does not answer. */
public enum WhenAway {
  /** It does not hold. */
  ADMIT,
  /** Nothing is let through that it stands over. */
  REJECT,
  /** Each gateway holds to its part of it by itself, see {@link RedisProperties#share}. */
  LOCAL_SHARE
}
