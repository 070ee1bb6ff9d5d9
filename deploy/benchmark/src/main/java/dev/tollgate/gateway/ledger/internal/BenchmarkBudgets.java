package dev.tollgate.gateway.ledger.internal;

import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.ledger.BudgetKey;
import dev.tollgate.gateway.ledger.BudgetStore;
import dev.tollgate.gateway.ledger.Ledger;
import java.time.InstantSource;
import java.util.List;
import reactor.core.publisher.Mono;

/** Budgets whose leases are long enough for the whole measurement: none goes to the database. */
public final class BenchmarkBudgets {

  private static final long LEASE_MICRO_USD = 1_000_000_000_000L;

  private BenchmarkBudgets() {}

  /** One that has leased nothing yet. */
  public static Limiter create() {
    return new BudgetLimiter(new Ledger(new Generous(), InstantSource.system(), System::nanoTime));
  }

  private static final class Generous implements BudgetStore {

    @Override
    public Mono<List<Grant>> lease(List<Ask> asks) {
      return Mono.just(
          asks.stream()
              .map(ask -> new Grant(ask.need() + LEASE_MICRO_USD, ask.need(), false))
              .toList());
    }

    @Override
    public Mono<Void> hold(List<Held> held) {
      return Mono.empty();
    }

    @Override
    public Mono<Void> recall(BudgetKey budget) {
      return Mono.empty();
    }

    @Override
    public Mono<Void> takeOver() {
      return Mono.empty();
    }

    @Override
    public Mono<Void> holdNothing() {
      return Mono.empty();
    }
  }
}
