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
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What histories without time and without costs above the reservation do not show. */
class LedgerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

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
    Reservation reservation = from.open(budgets);
    reservation.extend(amount).block(PATIENCE);
    return reservation;
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
      assertThat(refusal.get())
          .isInstanceOfSatisfying(
              RejectionException.class,
              refused -> assertThat(refused.rejection()).isEqualTo(Ledger.UNAVAILABLE));
    } finally {
      VirtualTimeScheduler.reset();
    }
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
