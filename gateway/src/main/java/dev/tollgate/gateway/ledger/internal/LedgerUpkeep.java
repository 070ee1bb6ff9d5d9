package dev.tollgate.gateway.ledger.internal;

import dev.tollgate.gateway.ledger.BudgetStore;
import dev.tollgate.gateway.ledger.Ledger;
import dev.tollgate.gateway.usage.AfterStoring;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Gives leases back between two batches of usage rows, all of them at the start and at the end. */
final class LedgerUpkeep implements AfterStoring {

  private static final Duration STORE_TIMEOUT = Duration.ofSeconds(2);

  private final Ledger ledger;
  private final BudgetStore budgets;

  LedgerUpkeep(Ledger ledger, BudgetStore budgets) {
    this.ledger = ledger;
    this.budgets = budgets;
  }

  @Override
  public Mono<Void> betweenBatches() {
    return budgets.takeOver().timeout(STORE_TIMEOUT).then(ledger.giveBack());
  }

  @Override
  public Mono<Void> atTheEnd() {
    return budgets.holdNothing();
  }
}
