package dev.tollgate.gateway.ledger.internal;

import dev.tollgate.gateway.ledger.BudgetStore;
import dev.tollgate.gateway.ledger.Ledger;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.usage.AfterStoring;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Gives leases back between two batches of usage rows, and when another gateway calls them back;
 * all of them at the start and at the end.
 */
final class LedgerUpkeep implements AfterStoring, Snapshots.ChangeListener {

  private static final Logger log = LoggerFactory.getLogger(LedgerUpkeep.class);

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
  public void budgetCalledBack(String told) {
    Mono.fromSupplier(() -> CalledBack.budget(told))
        .flatMap(ledger::calledBack)
        .subscribe(
            nothing -> {},
            failure -> log.warn("{} could not be given back: {}", told, failure.toString()));
  }

  @Override
  public Mono<Void> atTheEnd() {
    return budgets.holdNothing();
  }
}
