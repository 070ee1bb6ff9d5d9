package dev.tollgate.gateway.support;

import dev.tollgate.gateway.ledger.BudgetKey;
import dev.tollgate.gateway.ledger.BudgetStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** The ledger of one gateway alone, which nobody stores usage rows in: what is leased is taken. */
public final class InMemoryBudgets implements BudgetStore {

  private final Map<BudgetKey, Long> taken = new ConcurrentHashMap<>();
  private volatile boolean away;

  /** As if the database did not answer. */
  public void goAway() {
    away = true;
  }

  public void comeBack() {
    away = false;
  }

  @Override
  public Mono<List<Grant>> lease(List<Ask> asks) {
    return away ? Mono.never() : Mono.fromSupplier(() -> granted(asks));
  }

  private synchronized List<Grant> granted(List<Ask> asks) {
    List<Grant> grants = new ArrayList<>();
    for (Ask ask : asks) {
      long before = taken.getOrDefault(ask.budget(), 0L);
      long granted = ask.limit() - before < ask.need() ? 0 : ask.need();
      taken.put(ask.budget(), before + granted);
      grants.add(new Grant(granted, before + granted, false));
    }
    return grants;
  }

  @Override
  public Mono<Void> hold(List<Held> held) {
    return Mono.fromRunnable(() -> held.forEach(one -> taken.put(one.budget(), one.amount())));
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
