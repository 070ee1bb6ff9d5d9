package dev.tollgate.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.policy.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Every short history of two replicas over one budget, and many long ones by a fixed seed: none
 * overspends, and none refuses for good what fits, in whatever pieces it lies about. A request
 * costs at most what it has reserved.
 */
class LedgerHistoriesTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:34:56Z");
  private static final BudgetKey KEY = BudgetKey.at(Subject.key("key_1"), null, Period.DAY, NOW);
  private static final long LIMIT = 10;
  private static final long LOWERED = 8;
  private static final long COST = 4;
  private static final int REPLICAS = 2;
  private static final int SHORT = 5;

  private static final Logger log = (Logger) LoggerFactory.getLogger(Ledger.class);

  /** What a replica can do next. */
  private enum Step {
    RESERVE,
    /** What is granted for it is never heard of. */
    RESERVE_UNHEARD,
    EXTEND,
    SETTLE_BELOW,
    SETTLE_ALL,
    RELEASE,
    STORE,
    /** The rows are stored, and the replica does not know. */
    STORE_UNHEARD,
    GIVE_BACK,
    /** Dies; all that is left of it is its journal. */
    CRASH,
    /** Comes back with its journal. */
    REPLAY,
    LOWER,
    RAISE
  }

  /** Under one limit. */
  private static final List<Step> STEPS =
      Arrays.stream(Step.values())
          .filter(step -> step != Step.LOWER && step != Step.RAISE)
          .toList();

  /** One that goes on keeps the limit that it knows, and what a dead one holds is lost for long. */
  private static final List<Step> STEPS_OF_CHANGES =
      List.of(
          Step.RESERVE,
          Step.SETTLE_BELOW,
          Step.SETTLE_ALL,
          Step.RELEASE,
          Step.STORE,
          Step.GIVE_BACK,
          Step.LOWER,
          Step.RAISE);

  @BeforeAll
  static void silence() {
    log.setLevel(Level.OFF);
  }

  @AfterAll
  static void tellAgain() {
    log.setLevel(null);
  }

  /** One replica: its ledger, and the journal that outlives it. */
  private static final class Replica {
    final String name;
    final List<Entry> journal = new ArrayList<>();
    final List<Entry> open = new ArrayList<>();
    final List<Entry> settled = new ArrayList<>();
    Ledger ledger;
    boolean dead;
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

    /** Where nobody knows, all that was reserved. */
    long cost() {
      return cost == null ? reservation.amount() : cost;
    }
  }

  private static final class World {
    final ModelLedger shared = new ModelLedger();
    final List<Replica> replicas = new ArrayList<>();
    long limit = LIMIT;

    /** By providers, as far as it is known. */
    long billed;

    long nanos;

    World() {
      for (int i = 0; i < REPLICAS; i++) {
        replicas.add(new Replica("replica_" + i, this));
      }
    }

    List<Budget> budgets() {
      return List.of(new Budget(KEY, limit));
    }

    /** Whether there was anything to do. */
    boolean step(Replica replica, Step step) {
      boolean possible =
          switch (step) {
            case RESERVE, RESERVE_UNHEARD, GIVE_BACK, CRASH -> !replica.dead;
            case EXTEND, SETTLE_BELOW, SETTLE_ALL, RELEASE -> !replica.open.isEmpty();
            case STORE, STORE_UNHEARD -> !replica.settled.isEmpty();
            case REPLAY -> replica.dead;
            case LOWER -> limit == LIMIT;
            case RAISE -> limit == LOWERED;
          };
      if (possible) {
        nanos += Duration.ofSeconds(3).toNanos();
        act(replica, step);
        check();
      }
      return possible;
    }

    private void act(Replica replica, Step step) {
      switch (step) {
        case RESERVE -> reserve(replica);
        case RESERVE_UNHEARD -> shared.unheard(replica.name, () -> reserve(replica));
        case EXTEND -> extend(replica);
        case SETTLE_BELOW -> settle(replica, 1);
        case SETTLE_ALL -> settle(replica, 0);
        case RELEASE -> release(replica);
        case STORE -> store(replica);
        case STORE_UNHEARD -> replica.settled.forEach(entry -> store(replica, entry));
        case GIVE_BACK -> replica.ledger.giveBack().block();
        case CRASH -> crash(replica);
        case REPLAY -> replay(replica);
        case LOWER -> limit(LOWERED);
        case RAISE -> limit(LIMIT);
      }
    }

    private void reserve(Replica replica) {
      Reservation reservation = replica.ledger.open(budgets());
      if (isAdmitted(replica, reservation, COST)) {
        Entry entry = new Entry(replica.name + "_" + replica.requests++, reservation);
        replica.journal.add(entry);
        replica.open.add(entry);
        assertThat(mayBeBilled()).isLessThanOrEqualTo(limit);
      }
    }

    private void extend(Replica replica) {
      var _ = isAdmitted(replica, replica.open.getFirst().reservation, 1);
    }

    private boolean isAdmitted(Replica replica, Reservation reservation, long amount) {
      Rejection refusal = refusal(reservation, amount);
      if (refusal == null || shared.isUnheard(replica.name)) {
        return refusal == null;
      }
      assertThat(refusal).isEqualTo(Ledger.EXHAUSTED);
      return isAdmittedLater(reservation, amount);
    }

    /** What others do not use comes back by itself; then all that fits is admitted. */
    private boolean isAdmittedLater(Reservation reservation, long amount) {
      if (taken() + amount > limit) {
        return false;
      }
      for (Replica other : replicas) {
        if (!other.dead) {
          hear(other);
          other.ledger.giveBack().block();
        }
      }
      nanos += Duration.ofSeconds(1).toNanos();
      assertThat(refusal(reservation, amount)).isNull();
      return true;
    }

    private static @Nullable Rejection refusal(Reservation reservation, long amount) {
      try {
        reservation.extend(amount).block();
        return null;
      } catch (RejectionException refused) {
        return refused.rejection();
      }
    }

    private void settle(Replica replica, long less) {
      Entry entry = replica.open.removeFirst();
      long cost = entry.reservation.amount() - less;
      entry.cost = cost;
      entry.reservation.settle(cost);
      replica.settled.add(entry);
      billed += cost;
    }

    private static void release(Replica replica) {
      Entry entry = replica.open.removeFirst();
      entry.reservation.settle(0);
      replica.journal.remove(entry);
    }

    private void store(Replica replica) {
      for (Entry entry : List.copyOf(replica.settled)) {
        store(replica, entry);
        hear(replica);
      }
    }

    private void store(Replica replica, Entry entry) {
      shared.store(replica.name, entry.id, List.of(new Budget(KEY, LIMIT)), entry.cost());
    }

    /** Rows are stored again until the replica knows that they are. */
    private void hear(Replica replica) {
      for (Entry entry : List.copyOf(replica.settled)) {
        if (shared.hasStored(entry.id)) {
          entry.reservation.stored();
          replica.settled.remove(entry);
          replica.journal.remove(entry);
        }
      }
    }

    private void crash(Replica replica) {
      replica.dead = true;
      replica.open.clear();
      replica.settled.clear();
      shared.listenNoMore(replica.name);
    }

    /** What has no end is charged as reserved. */
    private void replay(Replica replica) {
      for (Entry entry : replica.journal) {
        if (entry.cost == null) {
          billed += entry.cost();
        }
        store(replica, entry);
      }
      shared.holdNothing(replica.name);
      replica.journal.clear();
      replica.dead = false;
      replica.ledger = replica.start(this);
    }

    /** Known everywhere at once: to the ledgers by a request that costs nothing. */
    private void limit(long now) {
      limit = now;
      for (Replica replica : replicas) {
        assertThat(refusal(replica.ledger.open(budgets()), 0)).isNull();
      }
    }

    private void check() {
      if (mayBeBilled() > LIMIT || shared.row(KEY).overrun != 0) {
        throw new AssertionError("overspent: " + mayBeBilled());
      }
    }

    /** All that was ever admitted and not given back. */
    private long mayBeBilled() {
      return billed
          + replicas.stream()
              .flatMap(replica -> replica.journal.stream())
              .filter(entry -> entry.cost == null)
              .mapToLong(Entry::cost)
              .sum();
    }

    /** What is not to be had: of a dead replica all that it has leased. */
    private long taken() {
      ModelLedger.Row row = shared.row(KEY);
      long taken = row.spent;
      for (Replica replica : replicas) {
        taken +=
            replica.dead
                ? Objects.requireNonNullElse(row.leases.get(replica.name), 0L)
                : replica.journal.stream()
                    .filter(entry -> !shared.hasStored(entry.id))
                    .mapToLong(Entry::cost)
                    .sum();
      }
      return taken;
    }

    /** When all is over and stored, the ledger says what was billed, and nothing is taken. */
    void end() {
      for (Replica replica : replicas) {
        if (replica.dead) {
          replay(replica);
        }
        while (!replica.open.isEmpty()) {
          settle(replica, 0);
        }
        store(replica);
        nanos += Duration.ofSeconds(3).toNanos();
        replica.ledger.giveBack().block();
        replica.ledger.giveBack().block();
      }
      assertThat(shared.row(KEY).spent).isEqualTo(billed);
      assertThat(shared.row(KEY).leased).isZero();
    }
  }

  @Test
  void noShortHistoryOverspendsOrLosesAnything() {
    for (int length = 1; length <= SHORT; length++) {
      int[] history = new int[length];
      int last;
      do {
        last = run(history, STEPS);
      } while (next(history, last, REPLICAS * STEPS.size()));
    }
  }

  /**
   * The next after all that begin with the same steps up to {@code last}: those say nothing new.
   */
  private static boolean next(int[] history, int last, int choices) {
    Arrays.fill(history, last + 1, history.length, 0);
    for (int i = last; i >= 0; i--) {
      if (++history[i] < choices) {
        return true;
      }
      history[i] = 0;
    }
    return false;
  }

  @Test
  void noLongHistoryOverspendsOrLosesAnything() {
    runLong(STEPS, 20_000);
  }

  @Test
  void noneIsLetInAboveALoweredLimitAndAllThatFitsIs() {
    runLong(STEPS_OF_CHANGES, 20_000);
  }

  private static void runLong(List<Step> steps, int rounds) {
    Random random = new Random(4711);
    for (int round = 0; round < rounds; round++) {
      World world = new World();
      for (int i = 0; i < 30; i++) {
        var _ = step(world, random.nextInt(REPLICAS * steps.size()), steps);
      }
      world.end();
    }
  }

  /** Gives the place of the first step for which there was nothing to do, else of the last. */
  private static int run(int[] history, List<Step> steps) {
    World world = new World();
    for (int i = 0; i < history.length; i++) {
      if (!step(world, history[i], steps)) {
        return i;
      }
    }
    world.end();
    return history.length - 1;
  }

  private static boolean step(World world, int choice, List<Step> steps) {
    return world.step(world.replicas.get(choice % REPLICAS), steps.get(choice / REPLICAS));
  }
}
