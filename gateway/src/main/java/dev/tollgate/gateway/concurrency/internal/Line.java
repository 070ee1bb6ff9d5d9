package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.rounds.Loop;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Where requests wait that cannot have their permits at once. Nobody in it holds any: whenever
 * permits may have come back, everybody who could use them is asked for in order. A newcomer comes
 * after those who wait for the same, and is asked for at once where there are none.
 */
final class Line {

  private static final Logger log = LoggerFactory.getLogger(Line.class);
  private static final long RETRY_MILLIS = 500;

  private final PermitStore store;
  private final ConcurrencyMeters meters;
  private final Scheduler scheduler;
  private final int most;
  private final long pollMillis;
  private final Loop asking =
      new Loop("The line of waiting requests", this::hasHope, this::ask, this::stumbled);

  /** All below is guarded by this. */
  private final Queues queues = new Queues();

  private Set<String> hopeful = new HashSet<>();
  private @Nullable Round round;
  private boolean polling;

  /**
   * @param scheduler of waits, and of requests that go on after one
   * @param most may wait, of all subjects
   * @param pollMillis how often to ask whether other gateways gave permits back; then those of this
   *     gateway are not asked for sooner either, so that each gateway has the same chance of a
   *     permit; 0: there are no others
   */
  Line(
      PermitStore store, ConcurrencyMeters meters, Scheduler scheduler, int most, long pollMillis) {
    this.store = store;
    this.meters = meters;
    this.scheduler = scheduler;
    this.most = most;
    this.pollMillis = pollMillis;
  }

  synchronized int size() {
    return queues.size();
  }

  /**
   * One comes who wants permits: it gets them, waits, or is refused.
   *
   * @param asked is told where it need not wait for others, as soon as Redis has been asked
   */
  void enter(Waiter waiter, Consumer<Precondition> asked) {
    List<String> raised;
    int behind;
    Claim claim;
    synchronized (this) {
      raised = queues.learn(waiter.wanted());
      behind = queues.behind(waiter);
      claim = queues.claim(waiter);
    }
    if (behind == 0) {
      ask(waiter, claim, asked);
    } else {
      standOrGo(waiter, behind);
    }
    if (!raised.isEmpty()) {
      retry(raised);
    }
  }

  private void ask(Waiter waiter, Claim claim, Consumer<Precondition> asked) {
    Precondition granted = store.granted(claim);
    Mono<List<Outcome>> answer = store.take(List.of(claim));
    if (granted == null) {
      var _ = answer.subscribe(outcomes -> tried(waiter, claim, outcomes));
    } else {
      ask(granted, asked, answer, outcomes -> tried(waiter, claim, outcomes));
    }
  }

  /** A fast answer waits until others have followed: they would have to be asked anew. */
  private static void ask(
      Precondition granted,
      Consumer<Precondition> asked,
      Mono<List<Outcome>> answer,
      Consumer<List<Outcome>> tried) {
    Sinks.Empty<Void> followed = Sinks.empty();
    var _ = answer.delayUntil(outcomes -> followed.asMono()).subscribe(tried);
    try {
      asked.accept(granted);
    } finally {
      var _ = followed.tryEmitEmpty();
    }
  }

  private void tried(Waiter waiter, Claim claim, List<Outcome> outcomes) {
    Outcome outcome = outcomes.getFirst();
    switch (outcome.kind()) {
      case GRANTED -> {
        if (grant(waiter, claim)) {
          waiter.deliver();
        }
      }
      case FULL -> standOrGo(waiter, outcome.full());
      case UNKNOWN -> refuse(waiter, Refusals.UNKNOWN);
    }
  }

  private void standOrGo(Waiter waiter, int mask) {
    waiter.waitsFrom(now());
    Rejection refusal = stand(waiter, mask);
    if (refusal != null) {
      refuse(waiter, refusal);
      return;
    }
    long patience = waiter.patience(mask).toMillis();
    waiter.alarm(scheduler.schedule(() -> timeOut(waiter), patience, TimeUnit.MILLISECONDS));
    // A permit may have come back between the question and the place in line.
    wake(waiter.names(mask));
  }

  private boolean grant(Waiter waiter, Claim claim) {
    HeldPermit permit = new HeldPermit(claim, this);
    boolean open = waiter.grant(permit);
    if (!open) {
      permit.release();
    }
    return open;
  }

  private long now() {
    return scheduler.now(TimeUnit.MILLISECONDS);
  }

  private synchronized @Nullable Rejection stand(Waiter waiter, int mask) {
    if (!queues.haveRoom(waiter.wanted(), mask)) {
      return Refusals.full(waiter.wanted(), mask);
    }
    if (queues.size() >= most) {
      return Refusals.CROWDED;
    }
    if (waiter.isOpen()) {
      queues.add(waiter, mask);
    }
    return null;
  }

  private void refuse(Waiter waiter, Rejection refusal) {
    if (waiter.refuse(refusal)) {
      meters.refused(refusal);
    }
  }

  private void timeOut(Waiter waiter) {
    int mask;
    synchronized (this) {
      mask = waiter.blocked();
    }
    refuse(waiter, Refusals.waited(waiter.wanted(), mask));
    leave(waiter);
  }

  /** Does nothing for one who is not in line. */
  synchronized void leave(Waiter waiter) {
    queues.remove(waiter);
  }

  void release(Claim claim) {
    store.release(claim);
    if (hasWaiters()) {
      wake(claim.needs().stream().map(Need::subject).toList());
    }
  }

  private synchronized boolean hasWaiters() {
    return !queues.isEmpty();
  }

  /** Permits of these may have come back. */
  private void wake(Collection<String> subjects) {
    if (pollMillis == 0) {
      retry(subjects);
    } else {
      pollSoon();
    }
  }

  private void pollSoon() {
    synchronized (this) {
      if (polling || queues.isEmpty()) {
        return;
      }
      polling = true;
    }
    long delay = pollMillis / 2 + ThreadLocalRandom.current().nextLong(pollMillis);
    var _ = scheduler.schedule(this::poll, delay, TimeUnit.MILLISECONDS);
  }

  private void poll() {
    Set<String> all;
    synchronized (this) {
      polling = false;
      all = Set.copyOf(queues.subjects());
    }
    retry(all);
    pollSoon();
  }

  private void retry(Collection<String> subjects) {
    synchronized (this) {
      subjects.stream().filter(subject -> queues.of(subject) != null).forEach(hopeful::add);
      if (hopeful.isEmpty()) {
        return;
      }
    }
    asking.wake();
  }

  private synchronized boolean hasHope() {
    return round != null || !hopeful.isEmpty();
  }

  private Mono<Void> ask() {
    List<Waiter> next;
    List<Claim> claims;
    synchronized (this) {
      Round current = currentRound();
      next = current.next(queues);
      claims = next.stream().map(queues::claim).toList();
      if (next.isEmpty()) {
        round = null;
        return Mono.empty();
      }
    }
    return store.take(claims).doOnNext(outcomes -> asked(next, claims, outcomes)).then();
  }

  private Round currentRound() {
    Round current = round;
    if (current == null) {
      current = new Round(hopeful);
      hopeful = new HashSet<>();
      round = current;
    }
    return current;
  }

  private void asked(List<Waiter> waiters, List<Claim> claims, List<Outcome> outcomes) {
    for (int i = 0; i < waiters.size(); i++) {
      try {
        asked(waiters.get(i), claims.get(i), outcomes.get(i));
      } catch (RuntimeException | Error e) {
        log.error("one who waits was not told what it got", e);
        // It must neither keep the others from what they got, nor keep what it got itself.
        if (outcomes.get(i).kind() == Outcome.Kind.GRANTED && waiters.get(i).isOpen()) {
          store.release(claims.get(i));
        }
      }
    }
  }

  private void asked(Waiter waiter, Claim claim, Outcome outcome) {
    switch (outcome.kind()) {
      case GRANTED -> {
        leave(waiter);
        if (grant(waiter, claim)) {
          meters.waited(Duration.ofMillis(now() - waiter.since()));
          waiter.deliverOn(scheduler);
        }
      }
      case FULL -> stillFull(waiter, outcome.full());
      case UNKNOWN -> {
        leave(waiter);
        refuse(waiter, Refusals.UNKNOWN);
      }
    }
  }

  private synchronized void stillFull(Waiter waiter, int mask) {
    if (round != null) {
      round.usedUp(waiter, mask);
    }
    if (waiter.counted() != 0) {
      queues.block(waiter, mask);
    }
  }

  /** Who was passed over is not known: all are asked for anew. */
  private void stumbled() {
    synchronized (this) {
      round = null;
      hopeful.addAll(queues.subjects());
    }
    var _ = scheduler.schedule(asking::wake, RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }
}
