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
import dev.tollgate.gateway.policy.LimitRules.CostLimits;
import dev.tollgate.gateway.policy.LimitedModels.OfModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The budgets over a request, and what it may spend of them. */
final class BudgetLimiter implements Limiter {

  /** The last: what others refuse must cost no round trip to the database. */
  private static final int ORDER = 300;

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
    return Mono.defer(() -> {
      Reservation reservation = ledger.open(budgets);
      AtomicBoolean delivered = new AtomicBoolean();
      return reservation
          .extend(demand.costMicroUsd())
          .then(Mono.<Permit>fromSupplier(() -> new BudgetPermit(reservation)))
          .doOnNext(permit -> delivered.set(true))
          .doOnCancel(() -> {
            if (!delivered.get()) {
              reservation.settle(0);
            }
          });
    });
  }

  private static List<Budget> budgets(Demand demand) {
    List<Budget> budgets = new ArrayList<>();
    Lifetime lifetime = demand.lifetime();
    if (lifetime != null) {
      add(budgets, demand, Period.TOTAL, lifetime);
    }
    for (LimitRules rules : demand.rules()) {
      CostLimits costs = rules.costs();
      add(budgets, demand, rules, null, Period.HOUR, costs.perHour());
      add(budgets, demand, rules, null, Period.DAY, costs.perDay());
      add(budgets, demand, rules, null, Period.MONTH, costs.perMonth());
      OfModel own = rules.model(demand.model());
      if (own != null) {
        add(budgets, demand, rules, own.name(), Period.DAY, own.limits().costPerDay());
      }
    }
    return budgets;
  }

  private static void add(List<Budget> budgets, Demand demand, Period period, Lifetime lifetime) {
    BudgetKey key = BudgetKey.at(lifetime.subject(), null, period, demand.at());
    budgets.add(new Budget(key, lifetime.maxMicroUsd()));
  }

  private static void add(
      List<Budget> budgets,
      Demand demand,
      LimitRules rules,
      @Nullable String model,
      Period period,
      @Nullable Long limit) {
    if (limit != null) {
      budgets.add(new Budget(BudgetKey.at(rules.subject(), model, period, demand.at()), limit));
    }
  }

  /** A reservation as others know it. */
  private record BudgetPermit(Reservation reservation) implements Permit {

    @Override
    public Mono<Void> extend(long outputTokens, long costMicroUsd) {
      return reservation.extend(costMicroUsd);
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
    public void stored() {
      reservation.stored();
    }
  }
}
