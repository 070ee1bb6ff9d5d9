package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.money.Customer.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The budgets of a customer's project, of the day, and of its organization, of the month, which
 * stand over all keys. By turns one of them is the lower one; both are raised when it is used up.
 */
final class UpperBudgets {

  private static final int LEAST_STEP = 8_000;
  private static final int MOST_STEP = 16_000;

  /** By how much one is above the other: less than a step, so that neither is ever lowered. */
  private static final long GAP = 1_000;

  /** Longer than a storm: all of it is to lie in one window. */
  private static final Duration BEFORE_MIDNIGHT = Duration.ofMinutes(8);

  private static final Duration RAISED = Duration.ofSeconds(60);

  private final MoneyBed bed;
  private final Customer customer;
  private final String name;
  private final RandomCalls random;
  private final String traffic;
  private long lower;
  private int raises;

  /**
   * @param name of the calls under them
   * @param traffic the project's further limits
   */
  UpperBudgets(MoneyBed bed, Customer customer, String name, long seed, String traffic) {
    this.bed = bed;
    this.customer = customer;
    this.name = name;
    this.random = new RandomCalls(seed, name, List.of("none"), 0);
    this.traffic = traffic;
  }

  /** Returns when they are in force at both gateways. */
  void begin(String model) {
    awaitNewDay();
    lower = customer.spentOnProbes() + step();
    put();
    customer.awaitChanges(model);
  }

  private static void awaitNewDay() {
    await()
        .atMost(BEFORE_MIDNIGHT.plusMinutes(1))
        .until(() -> {
          Instant now = Instant.now();
          Instant midnight = now.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
          return now.plus(BEFORE_MIDNIGHT).isBefore(midnight);
        });
  }

  private int step() {
    return random.between(LEAST_STEP, MOST_STEP);
  }

  /** The lower one is used up. What was admitted until now has kept to it. */
  void raise() {
    assertThat(billed()).as("the provider's bill of all calls").isLessThanOrEqualTo(lower);
    lower += step();
    raises++;
    // After a crash of the database, connections to it may be found broken.
    await().atMost(RAISED).untilAsserted(this::put);
  }

  private void put() {
    customer.policy(Scope.ORGANIZATION, document("per_month_max", organization(), ""));
    customer.policy(Scope.PROJECT, document("per_day_max", project(), "," + traffic));
  }

  private static String document(String period, long limit, String further) {
    return "{'rate_limits':{'costs':{'%s':%s}%s}}".formatted(period, Price.dollars(limit), further);
  }

  private long billed() {
    long calls =
        bed.provider().bills().stream()
            .filter(bill -> bill.call().id().startsWith(name + "-"))
            .mapToLong(bill -> bill.call().hasMaximum() ? bill.cost() : bill.costOfArrived())
            .sum();
    return calls + customer.billedForProbes();
  }

  long project() {
    return lower + (raises % 2 == 0 ? 0 : GAP);
  }

  long organization() {
    return lower + (raises % 2 == 0 ? GAP : 0);
  }

  /** How often they were used up. */
  int raises() {
    return raises;
  }
}
