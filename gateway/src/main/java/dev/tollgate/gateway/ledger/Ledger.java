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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
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

  private static final Duration STORE_TIMEOUT = Duration.ofSeconds(1);

  /** The longest that a request waits for the store, however often it has to ask. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

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
    return new Reservation(this, budgets, false);
  }

  /** Fails with a rejection if a budget has less left, or if that cannot be found out. */
  Mono<Void> reserve(Reservation reservation, long amount) {
    return Mono.defer(
        () -> attempt(reservation, amount, 1, nanoClock.getAsLong() + PATIENCE.toNanos()));
  }

  private Mono<Void> attempt(Reservation reservation, long amount, int number, long until) {
    List<Budget> missing = take(reservation, amount);
    if (missing.isEmpty()) {
      return Mono.empty();
    }
    long left = until - nanoClock.getAsLong();
    if (number > MOST_LEASES_OF_ONE_REQUEST || left <= 0) {
      return Mono.error(UNAVAILABLE.asException());
    }
    return lease(missing, amount)
        .timeout(Duration.ofNanos(left), Mono.error(UNAVAILABLE::asException))
        .then(Mono.defer(() -> attempt(reservation, amount, number + 1, until)));
  }

  /** Takes all, or nothing and says what is missing. */
  private synchronized List<Budget> take(Reservation reservation, long amount) {
    List<Budget> budgets = reservation.budgets();
    List<Budget> missing = List.of();
    boolean tellsLimits = reservation.tellsLimits();
    for (int i = 0; i < budgets.size(); i++) {
      Budget budget = budgets.get(i);
      Account account = account(reservation, i);
      if (tellsLimits && account.limit != budget.limit()) {
        account.limitChanged(budget.limit());
      }
      if (account.usable() < amount) {
        missing = missing.isEmpty() ? new ArrayList<>() : missing;
        missing.add(budget);
      }
    }
    if (missing.isEmpty() && reservation.grow(amount)) {
      addToFree(reservation, -amount);
    }
    return missing;
  }

  private void addToFree(Reservation reservation, long amount) {
    long now = nanoClock.getAsLong();
    for (int i = 0; i < reservation.budgets().size(); i++) {
      Account account = account(reservation, i);
      account.free += amount;
      account.lastUsed = now;
    }
  }

  /** Found once for each request, unless it is forgotten meanwhile. */
  private Account account(Reservation reservation, int place) {
    Account known = reservation.account(place);
    if (known == null || known.forgotten) {
      known = accountOf(reservation.budgets().get(place));
      reservation.account(place, known);
    }
    return known;
  }

  private Account accountOf(Budget budget) {
    return accounts.computeIfAbsent(
        budget.key(), key -> new Account(budget, nanoClock.getAsLong()));
  }

  /** Completes when it is worth trying again; fails where one of them has not enough left. */
  private Mono<Void> lease(List<Budget> missing, long amount) {
    List<Mono<Void>> leases = new ArrayList<>(missing.size());
    List<Account> asking = new ArrayList<>(missing.size());
    List<Ask> asks = new ArrayList<>(missing.size());
    Account refusing = refusing(missing, amount);
    if (refusing != null) {
      return recall(refusing);
    }
    Map<Account, Held> above;
    synchronized (this) {
      above = aboveLimits(missing);
      for (Budget budget : above.isEmpty() ? missing : List.<Budget>of()) {
        Account account = accountOf(budget);
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
    if (!above.isEmpty()) {
      return giveBackFirst(above);
    }
    if (!asks.isEmpty()) {
      ask(asking, asks);
    }
    return Mono.when(leases).doFinally(signal -> stopWaiting(missing, amount));
  }

  private synchronized @Nullable Account refusing(List<Budget> missing, long amount) {
    long now = nanoClock.getAsLong();
    for (Budget budget : missing) {
      Account account = accountOf(budget);
      if (account.hasRefused(amount, now)) {
        return account;
      }
    }
    return null;
  }

  /** Of those whose limits were lowered; under the lock. */
  private Map<Account, Held> aboveLimits(List<Budget> missing) {
    Map<Account, Held> above = new LinkedHashMap<>();
    for (Budget budget : missing) {
      Account account = accountOf(budget);
      if (account.mustGiveBack()) {
        above.put(begun(account), account.giveBackMeanwhile());
      }
    }
    return above;
  }

  /** For all who wait, even if the request that began it goes away. */
  private Mono<Void> giveBackFirst(Map<Account, Held> above) {
    Mono<Void> done =
        Mono.when(above.keySet().stream().map(account -> running(account.key)).toList());
    hold(above)
        .subscribe(
            nothing -> {},
            failure ->
                log.warn(
                    "What was leased above a lowered limit could not be given back: {}",
                    failure.toString()));
    return done;
  }

  /** What is left may lie with other replicas, who do not use it. */
  private Mono<Void> recall(Account account) {
    Sinks.One<Void> recall;
    synchronized (this) {
      Sinks.One<Void> running = account.running;
      if (running != null) {
        return running.asMono();
      }
      if (!account.isRecallable()) {
        return Mono.error(EXHAUSTED.asException());
      }
      recall = account.begin();
    }
    store
        .recall(account.key)
        .timeout(STORE_TIMEOUT)
        .subscribe(
            nothing -> {},
            failure -> {
              log.warn("Leases of a budget could not be called back: {}", failure.toString());
              recalled(account, false);
            },
            () -> recalled(account, true));
    return recall.asMono();
  }

  private void recalled(Account account, boolean answered) {
    Sinks.One<Void> done;
    synchronized (this) {
      done = account.recalled(answered);
    }
    done.tryEmitEmpty();
  }

  private synchronized void stopWaiting(List<Budget> budgets, long amount) {
    for (Budget budget : budgets) {
      accountOf(budget).waiting -= amount;
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
        done.add(account.failed());
      }
    }
    done.forEach(one -> one.tryEmitError(UNAVAILABLE.asException()));
  }

  /** Gives the unused part back to this replica, for other requests. */
  synchronized void settle(Reservation reservation, long reserved, long spent) {
    addToFree(reservation, reserved - spent);
  }

  /** What was spent stands in the store now. */
  synchronized void stored(Reservation reservation, long spent) {
    for (int i = 0; i < reservation.budgets().size(); i++) {
      account(reservation, i).stored(spent);
    }
  }

  /**
   * Gives back what nobody has used for a while, what a replica must not keep near the limit, and
   * what windows of the past still hold. Call it again and again, never twice at once, and never
   * while usage rows are being stored.
   */
  public Mono<Void> giveBack() {
    return giveBack(this::surplus);
  }

  /** Another replica needs what this one does not use of the budget. At any time. */
  public Mono<Void> calledBack(BudgetKey budget) {
    return Mono.defer(() -> running(budget)).then(giveBack(() -> unused(budget)));
  }

  /** Completes when nothing is asked of the store for the budget. */
  private synchronized Mono<Void> running(BudgetKey budget) {
    Account account = accounts.get(budget);
    Sinks.One<Void> running = account == null ? null : account.running;
    return running == null ? Mono.empty() : running.asMono().onErrorComplete();
  }

  private Mono<Void> giveBack(Supplier<Map<Account, Held>> surplus) {
    return Mono.defer(() -> {
      Map<Account, Held> given = surplus.get();
      return given.isEmpty() ? Mono.empty() : hold(given);
    });
  }

  private Mono<Void> hold(Map<Account, Held> given) {
    return store
        .hold(List.copyOf(given.values()))
        .timeout(STORE_TIMEOUT)
        .doFinally(signal ->
            givenBack(
                given.keySet(), signal == SignalType.ON_COMPLETE ? Account::end : Account::failed));
  }

  private synchronized Map<Account, Held> surplus() {
    Instant now = clock.instant();
    long nanos = nanoClock.getAsLong();
    Map<Account, Held> surplus = new LinkedHashMap<>();
    accounts
        .values()
        .removeIf(account -> {
          if (account.hasSurplus(now, nanos)) {
            surplus.put(begun(account), account.giveBack());
            return false;
          }
          account.forgotten = account.isForgettable(now, nanos);
          return account.forgotten;
        });
    return surplus;
  }

  /** Told also where there is nothing: somebody waits for that. */
  private synchronized Map<Account, Held> unused(BudgetKey budget) {
    Account account = accounts.get(budget);
    if (account == null) {
      return Map.of();
    }
    account.calledBack();
    return account.running == null ? Map.of(begun(account), account.giveBackMeanwhile()) : Map.of();
  }

  /** Nobody leases of it until it is given back: the store would mix up the two. */
  private static Account begun(Account account) {
    var _ = account.begin();
    return account;
  }

  private void givenBack(Set<Account> given, Function<Account, Sinks.One<Void>> end) {
    List<Sinks.One<Void>> done;
    synchronized (this) {
      done = given.stream().map(end).toList();
    }
    done.forEach(Sinks.One::tryEmitEmpty);
  }
}
