package dev.tollgate.gateway.ledger.internal;

import dev.tollgate.gateway.ledger.BudgetStore;
import dev.tollgate.gateway.ledger.Ledger;
import dev.tollgate.gateway.usage.AfterStoring;
import reactor.core.publisher.Mono;

/** Gives leases back between two batches of usage rows, all of them at the start and at the end. */
final class LedgerUpkeep implements AfterStoring {

  private final Ledger ledger;
  private final BudgetStore budgets;

  LedgerUpkeep(Ledger ledger, BudgetStore budgets) {
    this.ledger = ledger;
    this.budgets = budgets;
  }

  @Override
  public Mono<Void> betweenBatches() {
    return budgets.takeOver().then(ledger.giveBack());
  }

  @Override
  public Mono<Void> atTheEnd() {
    return budgets.holdNothing();
  }
}
