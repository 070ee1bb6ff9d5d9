package dev.tollgate.gateway.ledger.internal;

import dev.tollgate.gateway.ledger.Budget;
import dev.tollgate.gateway.ledger.BudgetKey;
import dev.tollgate.gateway.ledger.Period;
import dev.tollgate.gateway.policy.Derivation;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.LimitRules.CostLimits;
import dev.tollgate.gateway.policy.LimitedModels.OfModel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The budgets that one document sets. All requests of an hour count in the same windows, which are
 * worked out by the first of them. Thread-safe.
 */
final class DocumentBudgets {

  private static final Derivation<DocumentBudgets> DERIVED = Derivation.by(DocumentBudgets::new);

  private final LimitRules rules;
  private volatile Hour latest;

  private DocumentBudgets(LimitRules rules) {
    this.rules = rules;
    this.latest = new Hour(rules, Instant.EPOCH);
  }

  static DocumentBudgets of(LimitRules rules) {
    return DERIVED.of(rules);
  }

  /** Adds the budgets over a request that came {@code at} this time. */
  void addAt(Instant at, @Nullable OfModel model, List<Budget> to) {
    Hour hour = latest;
    if (!hour.contains(at)) {
      hour = new Hour(rules, at);
      latest = hour;
    }
    hour.addTo(to, model);
  }

  /** The windows that an hour lies in. */
  private static final class Hour {

    private final LimitRules rules;
    private final Instant start;
    private final Instant end;
    private final List<Budget> always = new ArrayList<>();

    /** By the names that the document has. */
    private final Map<String, Budget> ofModels = new ConcurrentHashMap<>();

    Hour(LimitRules rules, Instant at) {
      this.rules = rules;
      this.start = at.truncatedTo(ChronoUnit.HOURS);
      this.end = start.plus(1, ChronoUnit.HOURS);
      CostLimits costs = rules.costs();
      add(Period.HOUR, costs.perHour());
      add(Period.DAY, costs.perDay());
      add(Period.MONTH, costs.perMonth());
    }

    private void add(Period period, @Nullable Long limit) {
      if (limit != null) {
        always.add(budget(null, period, limit));
      }
    }

    private Budget budget(@Nullable String model, Period period, long limit) {
      return new Budget(BudgetKey.at(rules.subject(), model, period, start), limit);
    }

    boolean contains(Instant at) {
      return !at.isBefore(start) && at.isBefore(end);
    }

    void addTo(List<Budget> budgets, @Nullable OfModel model) {
      budgets.addAll(always);
      Long perDay = model == null ? null : model.limits().costPerDay();
      if (model != null && perDay != null) {
        budgets.add(
            ofModels.computeIfAbsent(model.name(), name -> budget(name, Period.DAY, perDay)));
      }
    }
  }
}
