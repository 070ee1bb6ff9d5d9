package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.e2e.PostgresProcess;
import dev.tollgate.deploy.money.Customer.Scope;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gateways, PostgreSQL and Redis are killed again and again under load: every call at the provider
 * has one row, and no budget is overspent, be it of a key, the project or the organization.
 */
@EnabledOnOs(OS.LINUX)
class KilledIT {

  private static final Logger log = LoggerFactory.getLogger(KilledIT.class);

  private static final long SEED = 4_711;
  private static final int KILLS = 20;

  /** Requests of all keys together; as many at once. */
  private static final int PER_SECOND = 12;

  private static final MoneyBed bed = MoneyBed.shared();
  private static final List<String> models =
      List.of("stormy-1", "stormy-2", "stormy-3", "stormy-4");

  private final Customer customer = bed.customer();

  /** Ends something, and lives with that. */
  private interface Kill {

    /**
     * @return what to wait for before the next one
     */
    Runnable at(int number, Storm storm);
  }

  /** Now one of the two, whose work the other takes over, now both shortly one after the other. */
  @Test
  void noCallIsLostWhenGatewaysAreKilled() {
    List<Seen> seen =
        kill(
            "gateway",
            (number, storm) -> {
              ServerProcess gateway = bed.replica(number % 2).process();
              gateway.kill();
              gateway.restart();
              return number % 5 % 2 == 0 ? KilledIT::awaitGateways : () -> {};
            });
    assertThat(customer.rows()).extracting(Books.Row::outcome).contains("interrupted");
    checkTraffic(seen);
  }

  private static void awaitGateways() {
    bed.replica(0).process().awaitReady();
    bed.replica(1).process().awaitReady();
  }

  @Test
  void noCallIsLostWhenPostgresIsKilled() {
    PostgresProcess postgres = bed.postgres();
    List<Seen> seen =
        kill(
            "postgres",
            (number, storm) -> {
              postgres.kill();
              storm.awaitCalls(5);
              bed.restart(postgres);
              return () -> {};
            });
    checkTraffic(seen);
  }

  /** Without it gateways go by shares, so that for a moment there may be more. */
  @Test
  void noCallIsLostWhenRedisIsKilled() {
    kill(
        "redis",
        (number, storm) -> {
          bed.redis().kill();
          storm.awaitCalls(5);
          bed.redis().restart();
          return bed.redis()::awaitReady;
        });
  }

  private static void checkTraffic(List<Seen> seen) {
    Traffic traffic = new Traffic(bed.provider(), seen);
    traffic.isWithin(PER_SECOND, PER_SECOND);
    traffic.isAtMostAtOnce(Customer.FEW_AT_ONCE);
  }

  private List<Seen> kill(String what, Kill kill) {
    makePrices();
    Storm storm = Storm.of(bed, customer, models, what, SEED, 2 + 5 * KILLS);
    UpperBudgets upper =
        new UpperBudgets(
            bed, customer, what, SEED, "'requests':{'per_second':%d}".formatted(PER_SECOND));
    upper.begin(models.getFirst());
    long start = System.nanoTime();
    RandomCalls random = new RandomCalls(SEED, what, models, 0);
    List<Seen> seen;
    try (storm) {
      storm.begin();
      for (int i = 0; i < KILLS; i++) {
        storm.awaitAnswers(random.between(3, 15), upper::raise);
        kill.at(i, storm).run();
      }
      storm.awaitAnswers(20, upper::raise);
    } finally {
      seen = storm.end();
    }
    log.info(
        "{} kills of {} under {} calls took {} ms; both upper budgets were raised {} times; {}",
        KILLS,
        what,
        seen.size(),
        (System.nanoTime() - start) / 1_000_000,
        upper.raises(),
        refusals(seen));
    bed.awaitAdmin();
    check(seen, storm, upper);
    return seen;
  }

  private void makePrices() {
    RandomCalls random = new RandomCalls(SEED, "price", List.of("none"), 0);
    models.forEach(model -> customer.price(model, random.price()));
    customer.awaitPrice(models.getLast());
  }

  private static Map<String, Long> refusals(List<Seen> seen) {
    return seen.stream()
        .filter(one -> one.status() == 429 || one.isEndedByGateway())
        .collect(
            Collectors.groupingBy(
                one -> one.status() + " " + one.code(), TreeMap::new, Collectors.counting()));
  }

  private void check(List<Seen> seen, Storm storm, UpperBudgets upper) {
    assertThat(seen).extracting(Seen::status).isSubsetOf(200, 429, 500, 503, 0, Seen.BROKEN);
    assertThat(refusals(seen).keySet())
        .contains("429 insufficient_quota", "429 concurrency_limit_exceeded");
    assertThat(upper.raises()).as("times that budgets over all keys were used up").isPositive();
    new Reconciliation(bed, customer, storm.limits(), seen)
        .under(customer.subject(Scope.PROJECT), upper.project())
        .under(customer.subject(Scope.ORGANIZATION), upper.organization())
        .check();
  }
}
