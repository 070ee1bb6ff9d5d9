package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.redis.Precondition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The questions of one request to the limiters. They are answered in turn, but once a limiter says
 * that its own is on its way to Redis, those of all behind it follow at once, on the condition that
 * Redis lets the request in there: one round trip for all of them. Where that was not so, they are
 * asked anew in their turn. Whatever is taken is held by the request's admission from the moment
 * that it is known, so that it goes back with the rest if the request is refused or given up.
 */
final class Convoy {

  /** For what the stores behind the limits take, all together. */
  private static final Duration PATIENCE = Duration.ofMillis(1200);

  /** As good as nothing: nearly every request is spared a timer. */
  private static final Duration AT_ONCE = Duration.ofMillis(50);

  /** Whatever was lost before: what is known without asking anybody is still heard. */
  private static final Duration LEAST = Duration.ofMillis(100);

  private static final Rejection UNAVAILABLE =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "The limits cannot be checked at the moment. Ask again.",
          Duration.ofSeconds(1));

  private final List<Limiter> limiters;
  private final Demand demand;
  private final RequestAdmission admission;
  private final LongSupplier nanoClock;

  /** The question of each that has been asked: before its turn, or in it. */
  private final Map<Limiter, Mono<Permit>> asked = new ConcurrentHashMap<>();

  /** When the first limiter was asked that keeps nobody in line. */
  private long begunNanos;

  private boolean begun;

  /**
   * @param limiters in the order in which they are asked
   */
  Convoy(
      List<Limiter> limiters, Demand demand, RequestAdmission admission, LongSupplier nanoClock) {
    this.limiters = limiters;
    this.demand = demand;
    this.admission = admission;
    this.nanoClock = nanoClock;
  }

  /** Ends when all have let the request in; fails with the first refusal in their order. Once. */
  Mono<Void> pass() {
    return Flux.fromIterable(limiters).concatMap(this::inTurn).then();
  }

  private Mono<Permit> inTurn(Limiter limiter) {
    Mono<Permit> question =
        Mono.defer(() -> limiter.admit(demand, held -> follow(limiter, held)))
            .doOnNext(admission::hold);
    // From now on it is too late to ask it early: it would take twice.
    Mono<Permit> early = asked.putIfAbsent(limiter, question);
    return inTime(limiter, early == null ? question : early.switchIfEmpty(question));
  }

  /**
   * Each limiter bounds what it waits for; together they would be too long. What a request waits in
   * line for others is not counted.
   */
  private Mono<Permit> inTime(Limiter limiter, Mono<Permit> answer) {
    if (limiter.keepsInLine()) {
      return answer;
    }
    if (!begun) {
      begun = true;
      begunNanos = nanoClock.getAsLong();
      return answer;
    }
    long spent = nanoClock.getAsLong() - begunNanos;
    if (spent < AT_ONCE.toNanos()) {
      return answer;
    }
    long left = Math.max(PATIENCE.toNanos() - spent, LEAST.toNanos());
    return answer.timeout(Duration.ofNanos(left), Mono.error(UNAVAILABLE::asException));
  }

  private void follow(Limiter leader, Precondition precondition) {
    for (Limiter limiter : limiters.subList(limiters.indexOf(leader) + 1, limiters.size())) {
      // Heard to its end, whoever waits for it.
      Mono<Permit> question =
          Mono.defer(() -> limiter.admitIf(precondition, demand)).doOnNext(admission::hold).cache();
      if (asked.putIfAbsent(limiter, question) == null) {
        var _ = question.subscribe(permit -> {}, refusal -> {});
      }
    }
  }
}
