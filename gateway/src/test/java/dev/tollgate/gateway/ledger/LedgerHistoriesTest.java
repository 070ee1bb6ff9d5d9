package dev.tollgate.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.policy.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every short history of two replicas over one budget, and many long ones by a fixed seed: none
 * overspends, and none refuses for good what fits, in whatever pieces it lies about. A request
 * costs at most what it has reserved.
 */
class LedgerHistoriesTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:34:56Z");
  private static final BudgetKey KEY = BudgetKey.at(Subject.key("key_1"), null, Period.DAY, NOW);
  private static final long LIMIT = 10;
  private static final long COST = 4;
  private static final int REPLICAS = 2;

  /** What a replica can do next. */
  private enum Step {
    RESERVE,
    EXTEND,
    SETTLE_BELOW,
    SETTLE_ALL,
    RELEASE,
    STORE,
    GIVE_BACK,
    CRASH
  }

  /** One replica: its ledger, and the journal that outlives it. */
  private static final class Replica {
    final String name;
    final List<Entry> journal = new ArrayList<>();
    final List<Entry> open = new ArrayList<>();
    final List<Entry> settled = new ArrayList<>();
    Ledger ledger;
    int requests;

    Replica(String name, World world) {
      this.name = name;
      this.ledger = start(world);
    }

    Ledger start(World world) {
      Ledger started = new Ledger(world.shared.of(name), () -> NOW, () -> world.nanos);
      world.shared.listen(name, started);
      return started;
    }
  }

  private static final class Entry {
    final String id;
    final Reservation reservation;
    @Nullable Long cost;

    Entry(String id, Reservation reservation) {
      this.id = id;
      this.reservation = reservation;
    }
  }

  /** All that was ever admitted and not given back: what providers may bill. */
  private static final class World {
    final ModelLedger shared = new ModelLedger();
    final List<Replica> replicas = new ArrayList<>();
    final List<Budget> budgets = List.of(new Budget(KEY, LIMIT));
    long billed;
    long nanos;

    World() {
      for (int i = 0; i < REPLICAS; i++) {
        replicas.add(new Replica("replica_" + i, this));
      }
    }

    void step(Replica replica, Step step) {
      nanos += Duration.ofSeconds(3).toNanos();
      switch (step) {
        case RESERVE -> reserve(replica);
        case EXTEND -> extend(replica);
        case SETTLE_BELOW -> settle(replica, 1);
        case SETTLE_ALL -> settle(replica, 0);
        case RELEASE -> release(replica);
        case STORE -> store(replica);
        case GIVE_BACK -> replica.ledger.giveBack().block();
        case CRASH -> crash(replica);
      }
      check();
    }

    private void reserve(Replica replica) {
      Reservation reservation = replica.ledger.open(budgets);
      if (isAdmitted(reservation, COST) || isAdmittedLater(reservation, COST)) {
        Entry entry = new Entry(replica.name + "_" + replica.requests++, reservation);
        replica.journal.add(entry);
        replica.open.add(entry);
      }
    }

    private void extend(Replica replica) {
      if (!replica.open.isEmpty()) {
        Reservation reservation = replica.open.getFirst().reservation;
        var _ = isAdmitted(reservation, 1) || isAdmittedLater(reservation, 1);
      }
    }

    /** What others do not use comes back by itself; then all that fits is admitted. */
    private boolean isAdmittedLater(Reservation reservation, long amount) {
      if (mayBeBilled() + amount > LIMIT) {
        return false;
      }
      replicas.forEach(other -> other.ledger.giveBack().block());
      nanos += Duration.ofSeconds(1).toNanos();
      assertThat(isAdmitted(reservation, amount)).isTrue();
      return true;
    }

    private static boolean isAdmitted(Reservation reservation, long amount) {
      try {
        reservation.extend(amount).block();
        return true;
      } catch (RejectionException refused) {
        assertThat(refused.rejection()).isEqualTo(Ledger.EXHAUSTED);
        return false;
      }
    }

    private void settle(Replica replica, long less) {
      if (!replica.open.isEmpty()) {
        Entry entry = replica.open.removeFirst();
        long cost = entry.reservation.amount() - less;
        entry.cost = cost;
        entry.reservation.settle(cost);
        replica.settled.add(entry);
        billed += cost;
      }
    }

    private void release(Replica replica) {
      if (!replica.open.isEmpty()) {
        Entry entry = replica.open.removeFirst();
        entry.reservation.settle(0);
        replica.journal.remove(entry);
      }
    }

    private void store(Replica replica) {
      for (Entry entry : replica.settled) {
        shared.store(replica.name, entry.id, budgets, java.util.Objects.requireNonNull(entry.cost));
        entry.reservation.stored();
        replica.journal.remove(entry);
      }
      replica.settled.clear();
    }

    /** Dies, comes back and replays its journal: what has no end is charged as reserved. */
    private void crash(Replica replica) {
      for (Entry entry : replica.journal) {
        Long cost = entry.cost;
        if (cost == null) {
          billed += entry.reservation.amount();
        }
        shared.store(
            replica.name, entry.id, budgets, cost == null ? entry.reservation.amount() : cost);
      }
      shared.holdNothing(replica.name);
      replica.journal.clear();
      replica.open.clear();
      replica.settled.clear();
      replica.ledger = replica.start(this);
    }

    private void check() {
      if (mayBeBilled() > LIMIT || shared.row(KEY).overrun != 0) {
        throw new AssertionError("overspent: " + mayBeBilled());
      }
    }

    private long mayBeBilled() {
      return billed
          + replicas.stream()
              .flatMap(replica -> replica.open.stream())
              .mapToLong(entry -> entry.reservation.amount())
              .sum();
    }

    /** When all is over and stored, the ledger says what was billed, and nothing is taken. */
    void end() {
      for (Replica replica : replicas) {
        while (!replica.open.isEmpty()) {
          settle(replica, 0);
        }
        store(replica);
        replica.ledger.giveBack().block();
        replica.ledger.giveBack().block();
      }
      assertThat(shared.row(KEY).spent).isEqualTo(billed);
      assertThat(shared.row(KEY).leased).isZero();
    }
  }

  @Test
  void noShortHistoryOverspendsOrLosesAnything() {
    int[] history = new int[5];
    int choices = REPLICAS * Step.values().length;
    do {
      run(history);
    } while (next(history, choices));
  }

  private static boolean next(int[] history, int choices) {
    for (int i = history.length - 1; i >= 0; i--) {
      if (++history[i] < choices) {
        return true;
      }
      history[i] = 0;
    }
    return false;
  }

  @Test
  void noLongHistoryOverspendsOrLosesAnything() {
    Random random = new Random(4711);
    for (int round = 0; round < 20_000; round++) {
      int[] history = random.ints(30, 0, REPLICAS * Step.values().length).toArray();
      run(history);
    }
  }

  private static void run(int[] history) {
    World world = new World();
    for (int choice : history) {
      Replica replica = world.replicas.get(choice % REPLICAS);
      world.step(replica, Step.values()[choice / REPLICAS]);
    }
    world.end();
  }
}
