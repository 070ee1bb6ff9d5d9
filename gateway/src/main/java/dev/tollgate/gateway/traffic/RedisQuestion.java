package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.traffic.LimitKind.Shape;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The claims of one request, in the words of {@code take.lua}.
 *
 * @param precondition that must hold; null: none
 * @param before what is known of the time before
 * @param beforeMicros when that was asked, by Redis' clock
 */
record RedisQuestion(
    @Nullable Precondition precondition,
    String organizationId,
    List<Claim> claims,
    Map<CounterKey, Optional<Used>> before,
    long beforeMicros) {

  private static final String PREFIX = "tollgate:limit:";
  private static final String NOT_ASKED = "-1";
  private static final String NOT_KNOWN = "-2";

  static RedisQuestion of(
      @Nullable Precondition precondition, String organizationId, List<Claim> claims) {
    return new RedisQuestion(precondition, organizationId, claims, Map.of(), 0);
  }

  /** The same, once it is known what was used before. */
  RedisQuestion knowing(Map<CounterKey, Optional<Used>> used, long micros) {
    return new RedisQuestion(precondition, organizationId, claims, used, micros);
  }

  List<String> keys() {
    List<String> keys = new ArrayList<>(claims.size() + 1);
    claims.forEach(claim -> keys.add(key(organizationId, claim.limit())));
    if (precondition != null) {
      keys.add(precondition.key());
    }
    return keys;
  }

  /**
   * @param latest moment at which the answer is of use; 0: any
   */
  List<String> arguments(long latest) {
    List<String> arguments = new ArrayList<>(2 + 6 * claims.size());
    arguments.add(Long.toString(latest));
    for (Claim claim : claims) {
      TrafficLimit limit = claim.limit();
      arguments.add(shape(limit));
      arguments.add(Long.toString(claim.amount()));
      arguments.add(Long.toString(limit.capacity()));
      arguments.add(Long.toString(micros(limit)));
      arguments.add(usedBefore(limit));
      arguments.add(Long.toString(Math.floorDiv(beforeMicros, micros(limit))));
    }
    if (precondition != null) {
      arguments.add(precondition.member());
    }
    return arguments;
  }

  private String usedBefore(TrafficLimit limit) {
    if (limit.kind().shape() == Shape.BUCKET || !before.containsKey(limit.key())) {
      return NOT_ASKED;
    }
    return before
        .getOrDefault(limit.key(), Optional.empty())
        .map(used -> Long.toString(used.of(limit.kind())))
        .orElse(NOT_KNOWN);
  }

  static String shape(TrafficLimit limit) {
    return limit.kind().shape() == Shape.BUCKET ? "b" : "w";
  }

  static long micros(TrafficLimit limit) {
    return Math.max(1, limit.lengthNanos() / 1000);
  }

  static String key(String organizationId, TrafficLimit limit) {
    String model = limit.key().model();
    String key =
        PREFIX + '{' + organizationId + "}:" + limit.kind().id() + ':' + limit.key().subject();
    return model == null ? key : key + ':' + model;
  }
}
