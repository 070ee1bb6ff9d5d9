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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Counts on Redis, and by itself while Redis does not answer, as each kind of limit says. One
 * request in a while tries whether it answers again; the others do not wait for it.
 */
public final class SharedTraffic implements TrafficStore {

  private static final Logger log = LoggerFactory.getLogger(SharedTraffic.class);
  private static final long TRY_EVERY_NANOS = Duration.ofMillis(500).toNanos();

  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(5).toNanos();

  /** As long as buckets of a minute take to forget. */
  private static final long ONE_OUTAGE_NANOS = Duration.ofMinutes(1).toNanos();

  private final TrafficStore redis;
  private final Supplier<TrafficStore> newShare;
  private final Map<LimitKind, WhenAway> whenAway = new EnumMap<>(LimitKind.class);
  private final LongSupplier nanoClock;
  private final Map<WhenAway, Counter> judged = new EnumMap<>(WhenAway.class);
  private final Counter failed;
  private final SeldomLog complaints;
  private final AtomicLong nextTry = new AtomicLong();
  private volatile boolean away;
  private volatile long answeredAt;
  private volatile @Nullable TrafficStore share;

  /**
   * @param newShare counts this gateway's part of limits, from nothing
   * @param whenAway what differs from what the kinds say themselves
   */
  public SharedTraffic(
      TrafficStore redis,
      Supplier<TrafficStore> newShare,
      Map<LimitKind, WhenAway> whenAway,
      LongSupplier nanoClock,
      MeterRegistry meters) {
    this.redis = redis;
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
        isWorthAsking()
            ? redis
                .take(organizationId, claims)
                .doOnNext(outcome -> answered())
                .onErrorResume(failure ->
                    isAway(failure)
                        ? alone(organizationId, claims)
                        : unknown(organizationId, failure))
            : alone(organizationId, claims));
  }

  /** Without Redis nothing is taken early: a share is only for those whose turn has come. */
  @Override
  public Mono<Outcome> takeIf(
      Precondition precondition, String organizationId, List<Claim> claims) {
    return Mono.defer(() ->
        away
            ? Mono.empty()
            : redis
                .takeIf(precondition, organizationId, claims)
                .doOnNext(outcome -> answered())
                // Whoever takes nothing early asks again in its turn.
                .onErrorResume(failure -> Mono.fromRunnable(() -> isAway(failure))));
  }

  private boolean isAway(Throwable failure) {
    boolean isAway = RedisLink.isAway(failure);
    if (isAway) {
      unanswered(failure);
    } else {
      answered();
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

  private boolean isWorthAsking() {
    if (!away) {
      return true;
    }
    long now = nanoClock.getAsLong();
    long next = nextTry.get();
    return now - next >= 0 && nextTry.compareAndSet(next, now + TRY_EVERY_NANOS);
  }

  private void answered() {
    if (away) {
      synchronized (this) {
        if (away) {
          answeredAt = nanoClock.getAsLong();
          away = false;
          log.info("Redis answers again: all gateways count limits together");
        }
      }
    }
  }

  private synchronized void unanswered(Throwable failure) {
    if (!away) {
      long now = nanoClock.getAsLong();
      // A Redis that comes and goes is no reason for a whole share each time.
      if (share == null || now - answeredAt > ONE_OUTAGE_NANOS) {
        share = newShare.get();
      }
      nextTry.set(now + TRY_EVERY_NANOS);
      away = true;
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
    return own.take(organizationId, kept).map(SharedTraffic::untilRedisAnswers);
  }

  /** Soon there may be the whole limit again. */
  private static Outcome untilRedisAnswers(Outcome outcome) {
    return outcome instanceof Outcome.Refused(var claims, var standings, var reached, var wait)
            && wait != Outcome.Refused.NEVER
        ? new Outcome.Refused(claims, standings, reached, Math.min(wait, LONGEST_WAIT_NANOS))
        : outcome;
  }

  private void count(WhenAway then) {
    Counter counter = judged.get(then);
    if (counter != null) {
      counter.increment();
    }
  }
}
