package dev.tollgate.gateway.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.gateway.ledger.Budget;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.PolicyDocuments;
import dev.tollgate.gateway.policy.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentBudgetsTest {

  private final LimitRules rules =
      PolicyDocuments.compile(
              Subject.key("key_1"),
              """
              {"rate_limits": {"costs": {"per_hour_max": 1, "per_day_max": 2, "per_month_max": 3}},
               "permissions": {"models": {"limits": {"gpt-4o": {"max_cost_per_day": 0.5}}}}}\
              """)
          .limits();

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T12:59:59.999999Z, 2026-11-21T12:00:00Z, 2026-11-21T00:00:00Z, 2026-11-01T00:00:00Z",
    "2026-11-21T13:00:00Z,        2026-11-21T13:00:00Z, 2026-11-21T00:00:00Z, 2026-11-01T00:00:00Z",
    "2026-11-21T23:59:59.999999Z, 2026-11-21T23:00:00Z, 2026-11-21T00:00:00Z, 2026-11-01T00:00:00Z",
    "2026-11-22T00:00:00Z,        2026-11-22T00:00:00Z, 2026-11-22T00:00:00Z, 2026-11-01T00:00:00Z",
    "2026-11-30T23:59:59.999999Z, 2026-11-30T23:00:00Z, 2026-11-30T00:00:00Z, 2026-11-01T00:00:00Z",
    "2026-12-01T00:00:00Z,        2026-12-01T00:00:00Z, 2026-12-01T00:00:00Z, 2026-12-01T00:00:00Z",
    "2026-12-31T23:59:59.999999Z, 2026-12-31T23:00:00Z, 2026-12-31T00:00:00Z, 2026-12-01T00:00:00Z",
    "2027-01-01T00:00:00Z,        2027-01-01T00:00:00Z, 2027-01-01T00:00:00Z, 2027-01-01T00:00:00Z",
    "2028-02-29T23:59:59.999999Z, 2028-02-29T23:00:00Z, 2028-02-29T00:00:00Z, 2028-02-01T00:00:00Z",
    "2028-03-01T00:00:00Z,        2028-03-01T00:00:00Z, 2028-03-01T00:00:00Z, 2028-03-01T00:00:00Z",
  })
  void theWindowsAreThoseThatTheRequestCameIn(
      Instant at, Instant hour, Instant day, Instant month) {
    assertThat(budgetsAt(at))
        .extracting(
            budget -> budget.key().period().id(),
            budget -> budget.key().model(),
            budget -> budget.key().startsAt(),
            Budget::limit)
        .containsExactly(
            tuple("hour", null, hour, 1_000_000L),
            tuple("day", null, day, 2_000_000L),
            tuple("month", null, month, 3_000_000L),
            tuple("day", "gpt-4o", day, 500_000L));
  }

  /** A request that was slow to be read, or a clock that is set back a little. */
  @Test
  void whoComesLateIsStillInTheOldWindow() {
    Instant before = Instant.parse("2026-12-31T23:59:59.9Z");
    Instant after = Instant.parse("2027-01-01T00:00:00Z");
    List<Budget> first = budgetsAt(before);
    List<Budget> next = budgetsAt(after);
    assertThat(next).doesNotContainAnyElementsOf(first);
    assertThat(budgetsAt(before)).isEqualTo(first);
    assertThat(budgetsAt(after)).isEqualTo(next);
  }

  private List<Budget> budgetsAt(Instant at) {
    List<Budget> budgets = new ArrayList<>();
    DocumentBudgets.of(rules).addAt(at, rules.model("gpt-4o"), budgets);
    return budgets;
  }
}
