package dev.tollgate.gateway.ledger.internal;

import dev.tollgate.gateway.journal.Journal;
import dev.tollgate.gateway.ledger.BudgetStore;
import dev.tollgate.gateway.ledger.Ledger;
import dev.tollgate.gateway.snapshot.Snapshots;
import dev.tollgate.gateway.time.SharedClock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
class LedgerConfiguration {

  @Bean
  PostgresBudgets budgetStore(DatabaseClient database, Journal journal) {
    return new PostgresBudgets(database, journal.replica());
  }

  @Bean
  Ledger ledger(BudgetStore budgetStore, SharedClock sharedClock) {
    return new Ledger(budgetStore, sharedClock::now, System::nanoTime);
  }

  @Bean
  BudgetLimiter budgetLimiter(Ledger ledger) {
    return new BudgetLimiter(ledger);
  }

  @Bean
  LedgerUpkeep ledgerUpkeep(Ledger ledger, BudgetStore budgetStore, Snapshots snapshots) {
    LedgerUpkeep upkeep = new LedgerUpkeep(ledger, budgetStore);
    snapshots.onChange(upkeep);
    return upkeep;
  }
}
