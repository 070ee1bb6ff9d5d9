package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.redis.Precondition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
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

  /** Stands for the question of one whose turn has come: it is too late to ask it early. */
  private static final Mono<Permit> IN_TURN = Mono.never();

  private final List<Limiter> limiters;
  private final Demand demand;
  private final RequestAdmission admission;
  private final LongSupplier nanoClock;

  /** For each limiter the question that it was asked before its turn. */
  private final AtomicReferenceArray<@Nullable Mono<Permit>> asked;

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
    this.asked = new AtomicReferenceArray<>(limiters.size());
  }

  /** Ends when all have let the request in; fails with the first refusal in their order. Once. */
  Mono<Void> pass() {
    Mono<Permit> all = Mono.empty();
    for (int i = 0; i < limiters.size(); i++) {
      int place = i;
      all = all.then(Mono.defer(() -> inTurn(place)));
    }
    return all.then();
  }

  private Mono<Permit> inTurn(int place) {
    Mono<Permit> early = asked.compareAndExchange(place, null, IN_TURN);
    return inTime(
        limiters.get(place),
        early == null ? ask(place) : early.switchIfEmpty(Mono.defer(() -> ask(place))));
  }

  private Mono<Permit> ask(int place) {
    return limiters.get(place).admit(demand, held -> follow(place, held)).doOnNext(admission::hold);
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

  private void follow(int leader, Precondition precondition) {
    for (int place = leader + 1; place < limiters.size(); place++) {
      Limiter limiter = limiters.get(place);
      // Heard to its end, whoever waits for it.
      Mono<Permit> question =
          Mono.defer(() -> limiter.admitIf(precondition, demand)).doOnNext(admission::hold).cache();
      if (asked.compareAndSet(place, null, question)) {
        var _ = question.subscribe(permit -> {}, refusal -> {});
      }
    }
  }
}
