package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Books.Budget;
import dev.tollgate.deploy.money.Books.Row;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
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

  /** Of what stands over all calls of the customer, by subject. */
  private final Map<String, Long> upperLimits = new HashMap<>();

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

  /** There was a budget over all calls that the customer ever made, probes included. */
  Reconciliation under(String subject, long limit) {
    upperLimits.put(subject, limit);
    return this;
  }

  /** All of it. */
  void check() {
    assertThat(bed.provider().repeated()).as("calls made twice").isEmpty();
    checkAnswers();
    awaitRows();
    checkCosts();
    limits.forEach(this::checkLimit);
    upperLimits.forEach(this::checkUpperLimit);
    await().atMost(PATIENCE).untilAsserted(this::checkBudgets);
  }

  /** Only a step that fits nowhere, or a broken connection, ends an answer that is to be whole. */
  private void checkAnswers() {
    assertThat(calls.values())
        .filteredOn(seen -> seen.status() == 200 && seen.call().isForWholeAnswer())
        .allSatisfy(seen ->
            assertThat(seen.isWhole() || seen.isEndedByGateway()).as(seen.toString()).isTrue());
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
    Seen seen = Objects.requireNonNull(calls.get(id));
    long billed = customer.billed(seen);
    String told = row + " of " + seen;
    if (seen.isWhole()) {
      // It was settled before the last byte left, whatever was killed after that.
      assertThat(row.outcome()).as(told).isEqualTo("completed");
    }
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

  private void checkUpperLimit(String subject, long limit) {
    long billed = customer.billed(calls.values()) + customer.billedForProbes();
    assertThat(billed).as("the provider's bill of %s", subject).isLessThanOrEqualTo(limit);
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
    long all = customer.rows().stream().mapToLong(Reconciliation::cost).sum();
    upperLimits.forEach((subject, limit) -> {
      Budget budget = Objects.requireNonNull(budgets.get(subject), subject);
      // The limit as it was when somebody last leased of it.
      assertThat(budget.cap()).isLessThanOrEqualTo(limit);
      assertThat(budget).isEqualTo(new Budget(subject, budget.cap(), all, 0, 0));
    });
  }
}
