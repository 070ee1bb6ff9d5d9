package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.Turns;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What is taken for a conversation: what was told of its turns, and as much as a turn may have for
 * each that may be under way, for one at least. The first turn is what the request was let in with;
 * it stays, and is extended by what is told while no other ends. Each of the others is taken before
 * the provider can begin it, and given back when one has ended. Thread-safe.
 */
final class TakenTurns {

  private final Terms terms;
  private final ListedAnswer answer;
  private final Supplier<@Nullable List<Permit>> permits;
  private final Spent turn;
  private volatile Runnable whenChanged = () -> {};
  private Turns turns = new Turns();

  /** What was taken for each turn beside the first. */
  private final Deque<List<Permit>> others = new ArrayDeque<>();

  /** Of turns that are over, and whose row is not stored. */
  private final List<Permit> settled = new ArrayList<>();

  private Spent told = Spent.NOTHING;

  /** The part of it that the first was extended by. */
  private Spent extended = Spent.NOTHING;

  /** The part of it that others were settled with. */
  private Spent given = Spent.NOTHING;

  private boolean extending;

  /** Whether another turn is being asked for. */
  private boolean taking;

  /** Tells those that wait for it that what was told is paid; null: nobody waits. */
  private Sinks.@Nullable Empty<Void> paid;

  /** Whether nothing more is taken for it. */
  private boolean over;

  /**
   * @param permits of the first turn; null: the request is over
   */
  TakenTurns(Terms terms, ListedAnswer answer, Supplier<@Nullable List<Permit>> permits) {
    this.terms = terms;
    this.answer = answer;
    this.permits = permits;
    this.turn =
        new Spent(
            terms.demand().inputTokens(),
            terms.demand().outputTokens(),
            terms.demand().costMicroUsd());
  }

  /** From now on so many turns are under way. */
  synchronized void follow(Turns conversation) {
    turns = conversation;
  }

  /** {@code changed} is run when another turn is taken or given back. */
  void whenChanged(Runnable changed) {
    whenChanged = changed;
  }

  TokenUsage tokens() {
    Spent all = all();
    return new TokenUsage(all.inputTokens(), all.outputTokens(), 0, 0, 0);
  }

  long costMicroUsd() {
    return all().costMicroUsd();
  }

  private synchronized Spent all() {
    return told.plus(turn.times(held()));
  }

  private int held() {
    return 1 + others.size();
  }

  /** Whether there is enough for all turns that are under way, and what was told is paid. */
  synchronized boolean coversAll() {
    return !isOwing() && held() >= turns.needed();
  }

  private boolean isOwing() {
    return extending || turns.isUnsettled() || !unpaid().isNothing();
  }

  /**
   * Takes what is missing; completes when there is enough. What was told is paid first: until then
   * nobody knows what is left. Whoever gives up is to say so by {@link #changed}.
   *
   * @return fails with a rejection where a limit is reached
   */
  Mono<Void> coverAll() {
    return Mono.defer(() -> {
      List<Permit> first = permits.get();
      Mono<Void> isPaid = null;
      synchronized (this) {
        if (coversAll()) {
          return Mono.empty();
        }
        if (isOwing()) {
          isPaid = whenPaid();
        } else if (isTooMuch(told.plus(turn.times(Math.max(0, turns.needed() - 1))))) {
          // All but the one that is asked for, at what they may come to.
          return Mono.error(terms.output().reason().asException());
        } else if (first == null) {
          return Mono.never();
        } else {
          taking = true;
        }
      }
      if (isPaid == null) {
        return takeOne(first).then(coverAll());
      }
      extend();
      return isPaid.then(coverAll());
    });
  }

  private Mono<Void> whenPaid() {
    if (paid == null) {
      paid = Sinks.empty();
    }
    return paid.asMono();
  }

  private boolean isTooMuch(Spent spent) {
    long before = terms.estimate() == null ? 0 : terms.estimate().input();
    return spent.costMicroUsd() >= terms.output().mostCost()
        || spent.inputTokens() + spent.outputTokens() - before >= terms.output().most();
  }

  /** Whoever waits for it: what was asked for is heard to its end, and given back or kept. */
  private Mono<Void> takeOne(List<Permit> first) {
    List<Permit> another = new ArrayList<>();
    Mono<Void> taken =
        Flux.fromIterable(first)
            .concatMap(Permit::another)
            .doOnNext(another::add)
            .doOnError(refusal -> notTaken(another))
            .then(Mono.<Void>fromRunnable(() -> hold(another)))
            .cache();
    var _ = taken.subscribe(nothing -> {}, refusal -> {});
    return taken;
  }

  private void notTaken(List<Permit> another) {
    synchronized (this) {
      taking = false;
    }
    release(another);
  }

  private void release(List<Permit> permits) {
    Permits.each(terms.demand().requestId(), permits, Permit::release);
  }

  private void hold(List<Permit> another) {
    boolean late;
    synchronized (this) {
      taking = false;
      late = over;
      if (!late) {
        others.add(another);
      }
    }
    if (late) {
      release(another);
    } else {
      var _ = payUp();
      whenChanged.run();
    }
  }

  /** What the conversation has had until now. */
  void told(Spent sum) {
    synchronized (this) {
      told = sum;
      turns.settled();
    }
    if (isTooMuch(sum)) {
      answer.end(terms.output().reason());
    } else {
      var _ = payUp();
    }
  }

  /** A turn has begun or ended, or is asked for no more. */
  void changed() {
    if (payUp()) {
      whenChanged.run();
    }
  }

  /**
   * Pays what was told: from what was taken for a turn that has ended, else from more for the
   * first.
   *
   * @return whether what was taken for others has become less
   */
  private boolean payUp() {
    boolean less = giveBack();
    extend();
    goOnIfPaid();
    return less;
  }

  private void goOnIfPaid() {
    Sinks.Empty<Void> waiting;
    synchronized (this) {
      if (paid == null || isOwing()) {
        return;
      }
      waiting = paid;
      paid = null;
    }
    waiting.tryEmitEmpty();
  }

  /** The turn that has ended is paid from what was taken for any: all took the same. */
  private boolean giveBack() {
    List<List<Permit>> ended = new ArrayList<>(0);
    Spent spent;
    synchronized (this) {
      while (!others.isEmpty() && held() > turns.needed()) {
        ended.add(others.removeLast());
      }
      if (ended.isEmpty()) {
        return false;
      }
      spent = unpaid();
      given = given.plus(spent);
      if (!spent.isNothing()) {
        settled.addAll(ended.getFirst());
      }
    }
    Permits.each(terms.demand().requestId(), ended.removeFirst(), permit -> permit.settle(spent));
    ended.forEach(this::release);
    return true;
  }

  private Spent unpaid() {
    return told.beyond(extended.plus(given));
  }

  /**
   * One at a time; what is told meanwhile is looked at when this has been taken: the next turn may
   * be the one that has to be paid from it. So may the one that is just being asked for.
   */
  private void extend() {
    List<Permit> first = permits.get();
    Spent more;
    synchronized (this) {
      more = unpaid();
      if (first == null || over || extending || taking || more.isNothing()) {
        return;
      }
      extending = true;
      extended = extended.plus(more);
    }
    var _ =
        Flux.fromIterable(first)
            .concatMap(permit -> permit.extend(more))
            .subscribe(nothing -> {}, failure -> notExtended(more, failure), this::hasBeenExtended);
  }

  private void hasBeenExtended() {
    synchronized (this) {
      extending = false;
    }
    changed();
  }

  /** Where another turn is asked for, that one goes without: what is kept for it pays. */
  private void notExtended(Spent more, Throwable failure) {
    boolean asked;
    Sinks.Empty<Void> waiting;
    synchronized (this) {
      extending = false;
      extended = extended.beyond(more);
      waiting = paid;
      paid = null;
      asked = waiting != null || turns.isWaiting();
      over |= !asked;
    }
    if (!asked) {
      answer.end(reason(failure));
    } else if (waiting != null) {
      waiting.tryEmitError(failure);
    }
  }

  private static Rejection reason(Throwable failure) {
    return failure instanceof RejectionException refused ? refused.rejection() : Taken.INTERNAL;
  }

  /**
   * The conversation is over. What it has cost is spread over all that was taken for it, so that
   * nobody else gets what is still to be paid.
   *
   * @return what the first turn is to be settled with
   */
  Spent end(Spent total) {
    List<List<Permit>> ended;
    Spent rest;
    synchronized (this) {
      over = true;
      ended = List.copyOf(others);
      others.clear();
      rest = total.beyond(given);
      given = given.plus(rest);
      ended.forEach(settled::addAll);
    }
    Spent beyond = rest.beyond(turn.plus(extended));
    for (List<Permit> each : ended) {
      Spent own = beyond.within(turn);
      Permits.each(terms.demand().requestId(), each, permit -> permit.settle(own));
      beyond = beyond.beyond(own);
      rest = rest.beyond(own);
    }
    return rest;
  }

  /** Adds what is to be run once the row of the conversation is stored. */
  synchronized void addWhenStored(List<Runnable> all) {
    Permits.addWhenStored(settled, all);
  }
}
