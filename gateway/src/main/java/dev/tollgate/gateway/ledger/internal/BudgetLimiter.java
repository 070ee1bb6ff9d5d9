package dev.tollgate.gateway.ledger.internal;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Demand.Lifetime;
import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.ledger.Budget;
import dev.tollgate.gateway.ledger.BudgetKey;
import dev.tollgate.gateway.ledger.Ledger;
import dev.tollgate.gateway.ledger.Period;
import dev.tollgate.gateway.ledger.Reservation;
import dev.tollgate.gateway.policy.LimitRules;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/** The budgets over a request, and what it may spend of them. */
final class BudgetLimiter implements Limiter {

  /** The last: what others refuse must cost no round trip to the database. */
  private static final int ORDER = 300;

  /** As many as one request has where each of four documents sets every budget. */
  private static final int MANY = 16;

  private final Ledger ledger;

  BudgetLimiter(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public int getOrder() {
    return ORDER;
  }

  @Override
  public Mono<Permit> admit(Demand demand) {
    List<Budget> budgets = budgets(demand);
    if (budgets.isEmpty()) {
      return Mono.just(Permit.NONE);
    }
    return Mono.defer(() -> reserve(ledger.open(budgets), demand.costMicroUsd()));
  }

  private static Mono<Permit> reserve(Reservation reservation, long costMicroUsd) {
    AtomicBoolean delivered = new AtomicBoolean();
    return reservation
        .extend(costMicroUsd)
        .then(Mono.<Permit>fromSupplier(() -> new BudgetPermit(reservation, costMicroUsd)))
        .doOnNext(permit -> delivered.set(true))
        .doOnCancel(() -> {
          if (!delivered.get()) {
            reservation.settle(0);
          }
        });
  }

  private static List<Budget> budgets(Demand demand) {
    List<Budget> budgets = new ArrayList<>(MANY);
    Lifetime lifetime = demand.lifetime();
    if (lifetime != null) {
      BudgetKey key = BudgetKey.at(lifetime.subject(), null, Period.TOTAL, demand.at());
      budgets.add(new Budget(key, lifetime.maxMicroUsd()));
    }
    for (LimitRules rules : demand.rules()) {
      DocumentBudgets.of(rules).addAt(demand.at(), rules.model(demand.model()), budgets);
    }
    return budgets;
  }

  /** A reservation as others know it. */
  private record BudgetPermit(Reservation reservation, long costMicroUsd) implements Permit {

    @Override
    public Mono<Void> extend(Spent more) {
      return reservation.extend(more.costMicroUsd());
    }

    @Override
    public Mono<Permit> another() {
      return Mono.defer(() -> reserve(reservation.another(), costMicroUsd));
    }

    @Override
    public void settle(Spent spent) {
      reservation.settle(spent.costMicroUsd());
    }

    @Override
    public void release() {
      reservation.settle(0);
    }

    @Override
    public Runnable whenStored() {
      return reservation::stored;
    }
  }
}
