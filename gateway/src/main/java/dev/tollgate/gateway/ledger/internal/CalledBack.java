package dev.tollgate.gateway.ledger.internal;

import dev.tollgate.gateway.ledger.BudgetKey;
import dev.tollgate.gateway.ledger.Period;
import dev.tollgate.gateway.policy.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A budget as the database names it when another gateway calls it back.
 *
 * @param start seconds since 1970
 */
record CalledBack(String subject, @Nullable String model, String period, long start) {

  private static final JsonMapper JSON = JsonMapper.shared();

  static BudgetKey budget(String told) {
    CalledBack budget = JSON.readValue(told, CalledBack.class);
    return new BudgetKey(
        Subject.parse(budget.subject),
        budget.model,
        Period.of(budget.period),
        Instant.ofEpochSecond(budget.start));
  }
}
