package dev.tollgate.gateway.ledger;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.ledger.BudgetStore.Ask;
import dev.tollgate.gateway.ledger.BudgetStore.Grant;
import dev.tollgate.gateway.ledger.BudgetStore.Held;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * This replica's side of the ledger. Every request reserves from what is leased, all budgets over
 * it together or none; only what no lease covers is asked of the store, by one call at a time for
 * each budget, for everybody who waits. Thread-safe.
 *
 * <p>Of each budget the replica holds {@code free + reserved + spent and not stored yet}, which the
 * store knows as leased until the usage rows are stored.
 */
public final class Ledger {

  private static final Logger log = LoggerFactory.getLogger(Ledger.class);

  private static final Duration STORE_TIMEOUT = Duration.ofMillis(1500);
  private static final Duration IDLE = Duration.ofSeconds(2);
  private static final Duration REFUSAL_HOLDS = Duration.ofMillis(100);
  private static final int MOST_LEASES_OF_ONE_REQUEST = 100;

  static final Rejection EXHAUSTED =
      Rejection.of(ErrorCode.INSUFFICIENT_QUOTA, "A budget over this key is used up.");
  static final Rejection UNAVAILABLE =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "The budgets cannot be checked at the moment. Ask again.",
          Duration.ofSeconds(1));

  private final BudgetStore store;
  private final InstantSource clock;
  private final LongSupplier nanoClock;
  private final Map<BudgetKey, Account> accounts = new HashMap<>();

  /**
   * @param clock tells which windows are over
   * @param nanoClock tells how much time has passed, as {@link System#nanoTime} does
   */
  public Ledger(BudgetStore store, InstantSource clock, LongSupplier nanoClock) {
    this.store = store;
    this.clock = clock;
    this.nanoClock = nanoClock;
  }

  /** Nothing reserved yet, of these budgets. */
  public Reservation open(List<Budget> budgets) {
    return new Reservation(this, budgets);
  }

  /** Fails with a rejection if a budget has less left, or if that cannot be found out. */
  Mono<Void> reserve(Reservation reservation, long amount) {
    return Mono.defer(() -> attempt(reservation, amount, 1));
  }

  private Mono<Void> attempt(Reservation reservation, long amount, int number) {
    List<Budget> missing = take(reservation, amount);
    if (missing.isEmpty()) {
      return Mono.empty();
    }
    if (number > MOST_LEASES_OF_ONE_REQUEST) {
      return Mono.error(UNAVAILABLE.asException());
    }
    return lease(missing, amount).then(Mono.defer(() -> attempt(reservation, amount, number + 1)));
  }

  /** Takes all, or nothing and says what is missing. */
  private synchronized List<Budget> take(Reservation reservation, long amount) {
    List<Budget> missing = new ArrayList<>();
    for (Budget budget : reservation.budgets()) {
      Account account = accountOf(budget.key());
      if (account.limit != budget.limit()) {
        account.limitChanged(budget.limit());
      }
      if (account.free < amount) {
        missing.add(budget);
      }
    }
    if (missing.isEmpty() && reservation.grow(amount)) {
      long now = nanoClock.getAsLong();
      for (Budget budget : reservation.budgets()) {
        Account account = accountOf(budget.key());
        account.free -= amount;
        account.lastUsed = now;
      }
    }
    return missing;
  }

  private Account accountOf(BudgetKey key) {
    return accounts.computeIfAbsent(key, one -> new Account(one, nanoClock.getAsLong()));
  }

  /** Completes when it is worth trying again; fails where one of them has not enough left. */
  private Mono<Void> lease(List<Budget> missing, long amount) {
    List<Mono<Void>> leases = new ArrayList<>(missing.size());
    List<Account> asking = new ArrayList<>(missing.size());
    List<Ask> asks = new ArrayList<>(missing.size());
    synchronized (this) {
      long now = nanoClock.getAsLong();
      if (missing.stream().anyMatch(budget -> accountOf(budget.key()).hasRefused(amount, now))) {
        return Mono.error(EXHAUSTED.asException());
      }
      for (Budget budget : missing) {
        Account account = accountOf(budget.key());
        account.waiting += amount;
        Sinks.One<Void> running = account.running;
        if (running != null) {
          leases.add(running.asMono());
        } else {
          leases.add(account.begin().asMono());
          asks.add(account.ask(amount));
          asking.add(account);
        }
      }
    }
    if (!asks.isEmpty()) {
      ask(asking, asks);
    }
    return Mono.when(leases).doFinally(signal -> stopWaiting(missing, amount));
  }

  private synchronized void stopWaiting(List<Budget> budgets, long amount) {
    for (Budget budget : budgets) {
      accountOf(budget.key()).waiting -= amount;
    }
  }

  private void ask(List<Account> asking, List<Ask> asks) {
    store
        .lease(asks)
        .timeout(STORE_TIMEOUT)
        .subscribe(grants -> granted(asking, grants), failure -> failed(asking, failure));
  }

  private void granted(List<Account> asking, List<Grant> grants) {
    List<Sinks.One<Void>> done = new ArrayList<>();
    synchronized (this) {
      long now = nanoClock.getAsLong();
      for (int i = 0; i < grants.size(); i++) {
        done.add(asking.get(i).granted(grants.get(i), now));
      }
    }
    done.forEach(Sinks.One::tryEmitEmpty);
  }

  /** The store may have granted without our hearing of it: the next round of giving back tells. */
  private void failed(List<Account> asking, Throwable failure) {
    log.warn("Budgets could not be leased: {}", failure.toString());
    List<Sinks.One<Void>> done = new ArrayList<>();
    synchronized (this) {
      for (Account account : asking) {
        account.unsure = true;
        done.add(account.end());
      }
    }
    done.forEach(one -> one.tryEmitError(UNAVAILABLE.asException()));
  }

  /** Gives the unused part back to this replica, for other requests. */
  synchronized void settle(List<Budget> budgets, long reserved, long spent) {
    for (Budget budget : budgets) {
      Account account = accountOf(budget.key());
      account.free += reserved - spent;
      account.lastUsed = nanoClock.getAsLong();
    }
  }

  /** What was spent stands in the store now. */
  synchronized void stored(List<Budget> budgets, long spent) {
    for (Budget budget : budgets) {
      accountOf(budget.key()).stored(spent);
    }
  }

  /**
   * Gives back what nobody has used for a while, what a replica must not keep near the limit, and
   * what windows of the past still hold. Call it again and again, never twice at once, and never
   * while usage rows are being stored.
   */
  public Mono<Void> giveBack() {
    return Mono.defer(() -> {
      List<Account> surplus = new ArrayList<>();
      List<Held> held = surplus(surplus);
      return held.isEmpty()
          ? Mono.empty()
          : store
              .hold(held)
              .timeout(STORE_TIMEOUT)
              .doOnError(failure -> unsure(surplus))
              .doFinally(signal -> ended(surplus));
    });
  }

  /** Nobody leases of these until they are given back: the store would mix up the two. */
  private synchronized List<Held> surplus(List<Account> surplus) {
    Instant now = clock.instant();
    long nanos = nanoClock.getAsLong();
    List<Held> held = new ArrayList<>();
    accounts
        .values()
        .removeIf(account -> {
          if (account.running != null) {
            return false;
          }
          boolean over = account.isOver(now, nanos);
          if (account.unsure || (account.free > 0 && over)) {
            account.begin();
            surplus.add(account);
            held.add(account.giveBack());
            return false;
          }
          // One in debt still has requests on their way, whose lease others have spent.
          return over && account.held == 0 && account.free == 0 && account.waiting == 0;
        });
    return held;
  }

  private synchronized void unsure(List<Account> surplus) {
    surplus.forEach(account -> account.unsure = true);
  }

  private void ended(List<Account> surplus) {
    List<Sinks.One<Void>> done;
    synchronized (this) {
      done = surplus.stream().map(Account::end).toList();
    }
    done.forEach(Sinks.One::tryEmitEmpty);
  }

  /** One budget as this replica sees it; guarded by the ledger. */
  private static final class Account {

    final BudgetKey key;
    long limit = -1;
    long held;
    long free;
    long waiting;
    long want;
    boolean exact;
    boolean unsure;
    long lastUsed;
    Sinks.@Nullable One<Void> running;

    private long leftElsewhere = Long.MAX_VALUE;
    private boolean refused;
    private long refusedAt;
    private long leasedAt;

    Account(BudgetKey key, long nanos) {
      this.key = key;
      this.lastUsed = nanos - IDLE.toNanos();
      this.leasedAt = lastUsed;
    }

    void limitChanged(long now) {
      limit = now;
      refused = false;
    }

    boolean hasRefused(long amount, long nanos) {
      return refused
          && nanos - refusedAt < REFUSAL_HOLDS.toNanos()
          && amount > leftElsewhere + Math.max(0, free);
    }

    Sinks.One<Void> begin() {
      Sinks.One<Void> own = Sinks.one();
      running = own;
      return own;
    }

    Ask ask(long amount) {
      long need = amount - free;
      return new Ask(key, limit, need, Math.max(need, waiting - free), Math.max(need, want));
    }

    /** Leases grow while they follow each other fast. */
    Sinks.One<Void> granted(Grant grant, long nanos) {
      held += grant.granted();
      free += grant.granted();
      leftElsewhere = Math.max(0, limit - grant.taken());
      refused = grant.granted() == 0;
      if (refused) {
        refusedAt = nanos;
      } else {
        exact = leftElsewhere / 20 < grant.granted();
        want = nanos - leasedAt < IDLE.toNanos() ? 2 * grant.granted() : grant.granted();
        leasedAt = nanos;
        lastUsed = nanos;
      }
      return end();
    }

    Sinks.One<Void> end() {
      Sinks.One<Void> ended = running;
      if (ended == null) {
        throw new IllegalStateException("no lease is running of " + key);
      }
      running = null;
      return ended;
    }

    /** Near the limit, others may wait for what this replica does not need. */
    boolean isOver(Instant now, long nanos) {
      return exact || nanos - lastUsed >= IDLE.toNanos() || !now.isBefore(key.endsAt());
    }

    /** What no lease covered, the store took from what was left, or noted as overrun. */
    void stored(long spent) {
      held -= spent;
      if (held < 0) {
        free -= held;
        held = 0;
      }
    }

    Held giveBack() {
      unsure = false;
      if (free > 0) {
        held -= free;
        free = 0;
      }
      return new Held(key, Math.max(0, held));
    }
  }
}
