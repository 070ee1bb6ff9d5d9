package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Books.Budget;
import dev.tollgate.deploy.money.Books.Row;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Holds Tollgate's books against the provider's, once all calls are over. */
final class Reconciliation {

  /** After a crash the gateways read their journals first; leases go back when nobody uses them. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final MoneyBed bed;
  private final Customer customer;
  private final Map<Tenant.Key, Long> limits;
  private final Map<String, Seen> calls;

  /**
   * @param limits of each key, in micro-dollars
   * @param calls all that were made with these keys
   */
  Reconciliation(
      MoneyBed bed, Customer customer, Map<Tenant.Key, Long> limits, Collection<Seen> calls) {
    this.bed = bed;
    this.customer = customer;
    this.limits = limits;
    this.calls =
        calls.stream().collect(Collectors.toMap(seen -> seen.call().id(), Function.identity()));
  }

  /** All of it. */
  void check() {
    assertThat(bed.provider().repeated()).as("calls made twice").isEmpty();
    awaitRows();
    checkCosts();
    limits.forEach(this::checkLimit);
    await().atMost(PATIENCE).untilAsserted(this::checkBudgets);
  }

  /** Every call at the provider has a row, and soon. */
  private void awaitRows() {
    List<String> billed =
        calls.keySet().stream().filter(id -> bed.provider().saw(id)).sorted().toList();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(rowsById().keySet()).containsAll(billed));
  }

  private Map<String, List<Row>> rowsById() {
    return customer.rows().stream()
        .filter(row -> calls.containsKey(row.requestId()))
        .collect(Collectors.groupingBy(Row::requestId));
  }

  private void checkCosts() {
    rowsById()
        .forEach((id, rows) -> {
          assertThat(rows).as("rows of one call").hasSize(1);
          checkCost(rows.getFirst());
        });
  }

  private void checkCost(Row row) {
    String id = row.requestId();
    if (!bed.provider().saw(id)) {
      // Written before the call, which then was never made.
      assertThat(row.outcome()).as(row.toString()).isIn("interrupted", "cancelled");
      return;
    }
    long billed = bed.provider().bill(id).cost();
    String told = row + " of " + calls.get(id);
    if (row.outcome().equals("completed")) {
      assertThat(cost(row)).as(told).isEqualTo(billed);
    } else {
      assertThat(cost(row)).as(told).isGreaterThanOrEqualTo(billed);
    }
  }

  private static long cost(Row row) {
    return Objects.requireNonNullElse(row.cost(), 0L);
  }

  private void checkLimit(Tenant.Key key, long limit) {
    long billed =
        customer.billed(calls.values().stream().filter(seen -> seen.key().equals(key)).toList());
    assertThat(billed).as("the provider's bill of %s", key.id()).isLessThanOrEqualTo(limit);
  }

  /** Nothing is reserved or leased any more, and what is spent is what the rows say. */
  private void checkBudgets() {
    Map<String, Long> spent =
        customer.rows().stream()
            .filter(row -> row.keyId() != null)
            .collect(
                Collectors.groupingBy(Row::keyId, Collectors.summingLong(Reconciliation::cost)));
    Map<String, Budget> budgets = bed.books().budgets(customer.project());
    limits.forEach((key, limit) -> {
      Budget budget = budgets.get("key:" + key.id());
      if (budget == null) {
        assertThat(spent.getOrDefault(key.id(), 0L)).isZero();
      } else {
        assertThat(budget)
            .isEqualTo(new Budget(budget.subject(), limit, spent.getOrDefault(key.id(), 0L), 0, 0));
      }
    });
  }
}
