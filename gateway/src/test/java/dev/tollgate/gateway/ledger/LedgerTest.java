package dev.tollgate.gateway.ledger;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.policy.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What histories without time and without costs above the reservation do not show. */
class LedgerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private final Throwable admitted = new Throwable("none");

  private long nanos = Long.MAX_VALUE;
  private Instant now = Instant.parse("2026-11-21T12:34:56Z");
  private final BudgetKey key = BudgetKey.at(Subject.key("key_1"), null, Period.DAY, now);
  private final List<Budget> budgets = List.of(new Budget(key, 100));
  private final ModelLedger shared = new ModelLedger();
  private final Ledger ledger = new Ledger(shared.of("one"), () -> now, () -> nanos);
  private final Ledger other = new Ledger(shared.of("other"), () -> now, () -> nanos);

  private void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  private Reservation reserved(Ledger from, long amount) {
    return reserved(from, 100, amount);
  }

  private Reservation reserved(Ledger from, long limit, long amount) {
    Reservation reservation = from.open(List.of(new Budget(key, limit)));
    reservation.extend(amount).block(PATIENCE);
    return reservation;
  }

  private void assertRefused(Ledger from, long limit, long amount) {
    assertRefused(from.open(List.of(new Budget(key, limit))), amount);
  }

  private static void assertRefused(Reservation reservation, long amount) {
    assertThatThrownBy(() -> reservation.extend(amount).block(PATIENCE))
        .isInstanceOfSatisfying(
            RejectionException.class,
            refused -> assertThat(refused.rejection()).isEqualTo(Ledger.EXHAUSTED));
  }

  private void end(String replica, String id, Reservation reservation, long cost) {
    reservation.settle(cost);
    shared.store(replica, id, budgets, cost);
    reservation.stored();
  }

  @Test
  void remembersWhatIsReservedWhereAnotherRequestHasSpentTheWholeLease() {
    Reservation dear = reserved(ledger, 10);
    Reservation slow = reserved(ledger, 10);
    end("one", "dear", dear, 30);
    pass(Duration.ofSeconds(10));
    ledger.giveBack().block(PATIENCE);
    end("one", "slow", slow, 10);
    end("other", "rest", reserved(other, 60), 60);
    assertThat(shared.row(key).spent).isEqualTo(100);

    assertThatThrownBy(() -> reserved(ledger, 1)).isInstanceOf(RejectionException.class);
  }

  @Test
  void callsBackWhatOthersGotWhenMuchWasLeftAndDoNotUse() {
    shared.listen("other", other);
    reserved(other, 1).settle(0);
    assertThat(shared.row(key).leased).isEqualTo(1);

    assertThat(reserved(ledger, 100).amount()).isEqualTo(100);
  }

  @Test
  void leavesOthersWhatTheyUse() {
    shared.listen("other", other);
    Reservation used = reserved(other, 1);

    assertThatThrownBy(() -> reserved(ledger, 100)).isInstanceOf(RejectionException.class);
    used.settle(1);
    assertThat(reserved(ledger, 99).amount()).isEqualTo(99);
  }

  @Test
  void aLoweredLimitBindsWhatIsLeasedAlready() {
    reserved(ledger, 50).settle(0);
    assertThat(shared.row(key).leased).isEqualTo(50);

    assertRefused(ledger, 0, 1);
    assertThat(shared.row(key).leased).isZero();
    assertThat(reserved(ledger, 100, 50).amount()).isEqualTo(50);
  }

  @Test
  void whatFitsUnderALoweredLimitIsAdmitted() {
    end("one", "spent", reserved(ledger, 50), 10);
    assertThat(shared.row(key).leased).isEqualTo(40);

    assertThat(reserved(ledger, 40, 30).amount()).isEqualTo(30);
    assertRefused(ledger, 40, 1);
  }

  @Test
  void whatRequestsLeaveOfItIsLeasedUnderTheOldLimitToo() {
    Reservation runs = reserved(ledger, 50);
    assertRefused(ledger, 10, 1);
    runs.settle(20);
    pass(Duration.ofSeconds(1));
    assertRefused(ledger, 10, 1);
    assertThat(reserved(ledger, 100, 80).amount()).isEqualTo(80);
  }

  @Test
  void admitsAgainOnceWhatIsSpentIsBelowTheLoweredLimit() {
    Reservation runs = reserved(ledger, 50);
    assertRefused(ledger, 10, 4);
    end("one", "runs", runs, 6);
    pass(Duration.ofSeconds(1));

    assertThat(reserved(ledger, 10, 4).amount()).isEqualTo(4);
  }

  @Test
  void givesBackByItselfWhatRequestsLeaveOfALoweredLimit() {
    Reservation runs = reserved(ledger, 10_000, 50);
    assertRefused(ledger, 20, 4);
    runs.settle(0);
    assertThat(shared.row(key).leased).isEqualTo(50);
    ledger.giveBack().block(PATIENCE);
    assertThat(shared.row(key).leased).isZero();
  }

  @Test
  void aRequestThatGoesOnDoesNotBringItsOldLimitBack() {
    Reservation old = reserved(ledger, 20);
    assertThat(reserved(ledger, 30, 5).amount()).isEqualTo(5);

    assertRefused(old, 10);
    assertRefused(old.another(), 10);
    old.extend(5).block(PATIENCE);
    assertThat(old.amount()).isEqualTo(25);
  }

  @Test
  void whatWasOnItsWayWhenTheLimitWasLoweredIsAskedForAnew() {
    Sinks.Empty<Void> answered = Sinks.empty();
    BudgetStore store = shared.of("one");
    Ledger slow = new Ledger(answering(store, answered.asMono()), () -> now, () -> nanos);
    AtomicReference<Throwable> before = new AtomicReference<>();
    AtomicReference<Throwable> after = new AtomicReference<>();
    var _ = slow.open(budgets).extend(50).subscribe(nothing -> {}, before::set);
    var _ =
        slow.open(List.of(new Budget(key, 40)))
            .extend(30)
            .subscribe(nothing -> {}, after::set, () -> after.set(admitted));
    assertThat(shared.row(key).leased).isEqualTo(50);

    answered.tryEmitEmpty();
    assertThat(before.get()).isInstanceOf(RejectionException.class);
    assertThat(after).hasValue(admitted);
    assertThat(shared.row(key).leased).isBetween(30L, 40L);
  }

  @Test
  void whatIsLeasedAboveALoweredLimitIsOfNoUseWhileTheStoreIsAway() {
    VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    try {
      Ledger lonely = new Ledger(silentOnceLeased(), () -> now, () -> time.now(NANOSECONDS));
      time.advanceTimeBy(Duration.ofSeconds(10));
      reserved(lonely, 50).settle(0);

      AtomicReference<Throwable> refusal = new AtomicReference<>();
      var _ =
          lonely
              .open(List.of(new Budget(key, 40)))
              .extend(1)
              .subscribe(nothing -> {}, refusal::set, () -> refusal.set(admitted));
      time.advanceTimeBy(Duration.ofSeconds(1));
      assertUnavailable(refusal.get());
    } finally {
      VirtualTimeScheduler.reset();
    }
  }

  @Test
  void asksNothingMoreOnceTheStoreHasGrantedUnderTheLoweredLimit() {
    AtomicInteger asks = new AtomicInteger();
    BudgetStore store = answering(shared.of("one"), Mono.fromRunnable(asks::incrementAndGet));
    Ledger counted = new Ledger(store, () -> now, () -> nanos);
    reserved(counted, 100, 50).settle(0);
    reserved(counted, 60, 20).settle(0);
    assertThat(reserved(counted, 60, 20).amount()).isEqualTo(20);
    assertThat(asks).hasValue(2);
  }

  @Test
  void asksAgainAndGivesBackWhereTheClockIsSetBack() {
    Reservation whole = reserved(other, 100);
    assertThatThrownBy(() -> reserved(ledger, 1)).isInstanceOf(RejectionException.class);
    whole.settle(0);
    pass(Duration.ofSeconds(10));
    now = now.minusSeconds(3600);

    other.giveBack().block(PATIENCE);
    assertThat(shared.row(key).leased).isZero();
    reserved(ledger, 1).settle(0);
  }

  @Test
  void keepsARequestWaitingForOneAnswerOfTheStoreAtMostHoweverOftenItAsks() {
    VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    try {
      Ledger slow = new Ledger(silentOnceLeased(), () -> now, () -> time.now(NANOSECONDS));
      time.advanceTimeBy(Duration.ofSeconds(10));
      reserved(slow, 10).settle(0);
      time.advanceTimeBy(Duration.ofSeconds(10));
      // Giving back takes its time, and only then the request can ask.
      var _ = slow.giveBack().onErrorComplete().subscribe();
      time.advanceTimeBy(Duration.ofMillis(500));

      AtomicReference<Throwable> refusal = new AtomicReference<>();
      var _ = slow.open(budgets).extend(10).subscribe(nothing -> {}, refusal::set);
      time.advanceTimeBy(Duration.ofMillis(999));
      assertThat(refusal).hasNullValue();
      time.advanceTimeBy(Duration.ofMillis(1));
      assertUnavailable(refusal.get());
    } finally {
      VirtualTimeScheduler.reset();
    }
  }

  private static void assertUnavailable(Throwable refusal) {
    assertThat(refusal)
        .isInstanceOfSatisfying(
            RejectionException.class,
            refused -> assertThat(refused.rejection()).isEqualTo(Ledger.UNAVAILABLE));
  }

  /** Grants at once, and answers later. */
  private static BudgetStore answering(BudgetStore store, Mono<Void> later) {
    return new BudgetStore() {
      @Override
      public Mono<List<Grant>> lease(List<Ask> asks) {
        return store.lease(asks).delayUntil(grants -> later);
      }

      @Override
      public Mono<Void> hold(List<Held> held) {
        return store.hold(held);
      }

      @Override
      public Mono<Void> recall(BudgetKey budget) {
        return store.recall(budget);
      }

      @Override
      public Mono<Void> takeOver() {
        return store.takeOver();
      }

      @Override
      public Mono<Void> holdNothing() {
        return store.holdNothing();
      }
    };
  }

  private BudgetStore silentOnceLeased() {
    BudgetStore store = shared.of("slow");
    AtomicBoolean leased = new AtomicBoolean();
    return new BudgetStore() {
      @Override
      public Mono<List<Grant>> lease(List<Ask> asks) {
        return leased.getAndSet(true) ? Mono.never() : store.lease(asks);
      }

      @Override
      public Mono<Void> hold(List<Held> held) {
        return Mono.never();
      }

      @Override
      public Mono<Void> recall(BudgetKey budget) {
        return Mono.never();
      }

      @Override
      public Mono<Void> takeOver() {
        return Mono.never();
      }

      @Override
      public Mono<Void> holdNothing() {
        return Mono.never();
      }
    };
  }
}
