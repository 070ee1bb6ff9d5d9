package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.redis.RedisLink;
import dev.tollgate.gateway.redis.SeldomLog;
import dev.tollgate.gateway.redis.WhenAway;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Counts on Redis, and by itself while Redis does not answer, as each kind of limit says: no
 * request waits for it then.
 */
public final class SharedTraffic implements TrafficStore, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SharedTraffic.class);
  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(5).toNanos();

  /** As long as buckets of a minute take to forget. */
  private static final long ONE_OUTAGE_NANOS = Duration.ofMinutes(1).toNanos();

  private final RedisTraffic redis;
  private final RedisReturn redisReturn;
  private final Untold untold;
  private final Supplier<TrafficStore> newShare;
  private final Map<LimitKind, WhenAway> whenAway = new EnumMap<>(LimitKind.class);
  private final LongSupplier nanoClock;
  private final Map<WhenAway, Counter> judged = new EnumMap<>(WhenAway.class);
  private final Counter failed;
  private final SeldomLog complaints;
  private volatile @Nullable TrafficStore share;

  /**
   * @param newShare counts this gateway's part of limits, from nothing
   * @param whenAway what differs from what the kinds say themselves
   * @param mostUntold of how many limits what is taken of a share is told to Redis when it is back
   */
  public SharedTraffic(
      RedisTraffic redis,
      Supplier<TrafficStore> newShare,
      Map<LimitKind, WhenAway> whenAway,
      LongSupplier nanoClock,
      int mostUntold,
      MeterRegistry meters) {
    this.redis = redis;
    this.untold = new Untold(nanoClock, redis::micros, mostUntold, meters);
    this.redisReturn = new RedisReturn(redis, untold, nanoClock);
    this.newShare = newShare;
    this.nanoClock = nanoClock;
    for (LimitKind kind : LimitKind.values()) {
      this.whenAway.put(kind, whenAway.getOrDefault(kind, kind.whenAway()));
    }
    for (WhenAway then : WhenAway.values()) {
      judged.put(then, counter(then, meters));
    }
    this.failed =
        Counter.builder("tollgate.traffic.failed")
            .description("Requests refused since what Redis has of their limits cannot be read")
            .register(meters);
    this.complaints = new SeldomLog(log, nanoClock);
  }

  private static Counter counter(WhenAway then, MeterRegistry meters) {
    return Counter.builder("tollgate.traffic.away")
        .description("Requests whose limits were judged without Redis")
        .tag("then", then.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }

  @Override
  public Mono<Outcome> take(String organizationId, List<Claim> claims) {
    return Mono.defer(() ->
        redisReturn.isAway()
            ? alone(organizationId, claims)
            : redis
                .take(organizationId, claims)
                .onErrorResume(failure ->
                    isAway(failure)
                        ? alone(organizationId, claims)
                        : unknown(organizationId, failure)));
  }

  /** Without Redis nothing is taken early: a share is only for those whose turn has come. */
  @Override
  public Mono<Outcome> takeIf(
      Precondition precondition, String organizationId, List<Claim> claims) {
    return Mono.defer(() ->
        redisReturn.isAway()
            ? Mono.empty()
            : redis
                .takeIf(precondition, organizationId, claims)
                // Whoever takes nothing early asks again in its turn.
                .onErrorResume(failure -> Mono.fromRunnable(() -> isAway(failure))));
  }

  private boolean isAway(Throwable failure) {
    boolean isAway = RedisLink.isAway(failure);
    if (isAway) {
      unanswered(failure);
    }
    return isAway;
  }

  /** What is kept of one organization cannot be read: no reason to hold others by shares. */
  private Mono<Outcome> unknown(String organizationId, Throwable failure) {
    failed.increment();
    complaints.error(
        "The limits of {} cannot be told from what Redis has: {}",
        organizationId,
        failure.toString());
    return Mono.error(Refusals.UNAVAILABLE.asException());
  }

  private synchronized void unanswered(Throwable failure) {
    if (!redisReturn.isAway()) {
      // A Redis that comes and goes is no reason for a whole share each time.
      if (share == null || nanoClock.getAsLong() - redisReturn.backAtNanos() > ONE_OUTAGE_NANOS) {
        share = newShare.get();
      }
      redisReturn.goneAway();
      log.warn("Redis does not answer, limits are held by shares: {}", failure.toString());
    }
  }

  private Mono<Outcome> alone(String organizationId, List<Claim> claims) {
    TrafficStore own = share;
    List<Claim> kept = new ArrayList<>();
    for (Claim claim : claims) {
      switch (whenAway.getOrDefault(claim.limit().kind(), WhenAway.REJECT)) {
        case ADMIT -> {}
        case LOCAL_SHARE -> kept.add(claim);
        case REJECT -> {
          count(WhenAway.REJECT);
          return Mono.error(Refusals.UNAVAILABLE.asException());
        }
      }
    }
    if (kept.isEmpty() || own == null) {
      count(WhenAway.ADMIT);
      return Mono.just(new Outcome.Taken(Hold.NONE, List.of()));
    }
    count(WhenAway.LOCAL_SHARE);
    return own.take(organizationId, kept)
        .map(outcome -> untilRedisAnswers(organizationId, kept, outcome));
  }

  /** Redis is to hear of what is taken; and soon there may be the whole limit again. */
  private Outcome untilRedisAnswers(String organizationId, List<Claim> demanded, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Taken(var hold, var standings) ->
          new Outcome.Taken(untold.remember(organizationId, demanded, hold), standings);
      case Outcome.Refused(var claims, var standings, var reached, var wait) ->
          wait == Outcome.Refused.NEVER
              ? outcome
              : new Outcome.Refused(claims, standings, reached, Math.min(wait, LONGEST_WAIT_NANOS));
    };
  }

  private void count(WhenAway then) {
    Counter counter = judged.get(then);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void close() {
    redisReturn.close();
  }
}
