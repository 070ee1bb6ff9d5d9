package dev.tollgate.gateway.redis;

/**
 * That a sorted set in Redis has a member: what one script has done, for another that follows it on
 * the same connection before its answer is known.
 *
 * @param key of the set
 */
public record Precondition(String key, String member) {}
