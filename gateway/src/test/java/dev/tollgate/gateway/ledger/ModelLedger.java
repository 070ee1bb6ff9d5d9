package dev.tollgate.gateway.ledger;

import dev.tollgate.gateway.ledger.BudgetStore.Ask;
import dev.tollgate.gateway.ledger.BudgetStore.Grant;
import dev.tollgate.gateway.ledger.BudgetStore.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/** What the ledger in PostgreSQL does, in a few lines of memory. */
final class ModelLedger {

  private final Map<BudgetKey, Row> rows = new HashMap<>();
  private final Set<String> stored = new HashSet<>();
  private final Map<String, Ledger> listening = new HashMap<>();
  private final Set<String> unheard = new HashSet<>();

  static final class Row {
    long cap;
    long spent;
    long leased;
    long overrun;
    final Map<String, Long> leases = new HashMap<>();
    final Set<String> ample = new HashSet<>();
  }

  BudgetStore of(String replica) {
    return new BudgetStore() {
      @Override
      public Mono<List<Grant>> lease(List<Ask> asks) {
        return Mono.fromSupplier(
                () -> asks.stream().map(ask -> ModelLedger.this.lease(replica, ask)).toList())
            .flatMap(grants ->
                unheard.contains(replica)
                    ? Mono.error(new TimeoutException("the answer was lost"))
                    : Mono.just(grants));
      }

      @Override
      public Mono<Void> hold(List<Held> held) {
        return Mono.fromRunnable(
            () -> held.forEach(one -> ModelLedger.this.hold(replica, one.budget(), one.amount())));
      }

      @Override
      public Mono<Void> recall(BudgetKey budget) {
        return Mono.fromRunnable(() -> ModelLedger.this.recall(replica, budget));
      }

      @Override
      public Mono<Void> takeOver() {
        return holdNothing();
      }

      @Override
      public Mono<Void> holdNothing() {
        return Mono.fromRunnable(() -> ModelLedger.this.holdNothing(replica));
      }
    };
  }

  private Grant lease(String replica, Ask ask) {
    Row row = rows.computeIfAbsent(ask.budget(), key -> new Row());
    row.cap = Math.max(row.cap, ask.limit());
    long free = ask.limit() - row.spent - row.leased - row.overrun;
    long granted =
        free < ask.need()
            ? 0
            : Math.min(
                free,
                Math.max(Math.max(ask.need(), ask.waiting()), Math.min(ask.want(), free / 20)));
    row.leased += granted;
    row.leases.merge(replica, granted, Long::sum);
    long taken = row.spent + row.leased + row.overrun;
    if (granted == 0) {
      check();
      return new Grant(0, taken, isRecallable(row, replica));
    }
    row.ample.remove(replica);
    if ((ask.limit() - taken) / 20 >= granted) {
      row.ample.add(replica);
    }
    check();
    return new Grant(granted, taken, false);
  }

  private static boolean isRecallable(Row row, String replica) {
    return row.ample.stream()
        .anyMatch(other -> !other.equals(replica) && row.leases.getOrDefault(other, 0L) > 0);
  }

  private void hold(String replica, BudgetKey key, long amount) {
    Row row = rows.computeIfAbsent(key, same -> new Row());
    long surplus = row.leases.getOrDefault(replica, 0L) - amount;
    if (surplus > 0) {
      row.leased -= surplus;
      row.leases.merge(replica, -surplus, Long::sum);
    }
    check();
  }

  /** Has this replica's ledger told when others call back. */
  void listen(String replica, Ledger ledger) {
    listening.put(replica, ledger);
  }

  void listenNoMore(String replica) {
    listening.remove(replica);
  }

  /** Grants to this replica, but what it answers does not arrive, until the end of {@code work}. */
  void unheard(String replica, Runnable work) {
    unheard.add(replica);
    work.run();
    unheard.remove(replica);
  }

  private void recall(String replica, BudgetKey key) {
    row(key).ample.removeIf(other -> !other.equals(replica));
    listening.forEach((other, ledger) -> {
      if (!other.equals(replica)) {
        ledger.calledBack(key).block();
      }
    });
  }

  void holdNothing(String replica) {
    new ArrayList<>(rows.keySet()).forEach(key -> hold(replica, key, 0));
  }

  boolean isUnheard(String replica) {
    return unheard.contains(replica);
  }

  boolean hasStored(String id) {
    return stored.contains(id);
  }

  /** As {@code store_usage} does with the row's budgets. */
  void store(String replica, String id, List<Budget> budgets, long cost) {
    if (!stored.add(id)) {
      return;
    }
    for (Budget budget : budgets) {
      Row row = rows.computeIfAbsent(budget.key(), same -> new Row());
      long fromLease = Math.min(row.leases.getOrDefault(replica, 0L), cost);
      long inCap = fromLease + Math.min(cost - fromLease, row.cap - row.spent - row.leased);
      row.spent += inCap;
      row.leased -= fromLease;
      row.overrun += cost - inCap;
      row.leases.merge(replica, -fromLease, Long::sum);
    }
    check();
  }

  Row row(BudgetKey key) {
    return rows.computeIfAbsent(key, same -> new Row());
  }

  private void check() {
    for (Row row : rows.values()) {
      long leases = 0;
      for (long lease : row.leases.values()) {
        leases += lease;
      }
      if (row.spent + row.leased > row.cap
          || row.leased != leases
          || row.leased < 0
          || row.overrun < 0) {
        throw new AssertionError("the ledger is broken");
      }
    }
  }
}
