package dev.tollgate.gateway.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.ledger.BudgetKey;
import dev.tollgate.gateway.ledger.Period;
import dev.tollgate.gateway.policy.Subject;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalledBackTest {

  private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");

  @Test
  void namesABudgetOverAllModels() {
    assertThat(CalledBack.budget("day 1795305600 6b65793a6b65795f31"))
        .isEqualTo(new BudgetKey(Subject.key("key_1"), null, Period.DAY, START));
  }

  @Test
  void namesABudgetOfOneModel() {
    assertThat(CalledBack.budget("total 0 746f6b656e3a6120c3bc 6d203a"))
        .isEqualTo(new BudgetKey(Subject.token("a ü"), "m :", Period.TOTAL, Instant.EPOCH));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "day", "day 1 zz", "week 1 6b65793a31", "day x 6b65793a31", "day 1 31"})
  void refusesWhatNamesNone(String told) {
    assertThatThrownBy(() -> CalledBack.budget(told)).isInstanceOf(IllegalArgumentException.class);
  }
}
