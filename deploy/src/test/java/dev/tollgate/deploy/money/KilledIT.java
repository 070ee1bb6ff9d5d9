package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.e2e.PostgresProcess;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gateways, PostgreSQL and Redis are killed again and again under load: every call at the provider
 * has one row, and no budget is overspent.
 */
@EnabledOnOs(OS.LINUX)
class KilledIT {

  private static final Logger log = LoggerFactory.getLogger(KilledIT.class);

  private static final long SEED = 4_711;
  private static final int KILLS = 20;

  private static final MoneyBed bed = MoneyBed.shared();
  private static final Customer customer = bed.customer();
  private static final List<String> models =
      List.of("stormy-1", "stormy-2", "stormy-3", "stormy-4");

  @BeforeAll
  static void makePrices() {
    RandomCalls random = new RandomCalls(SEED, "price", List.of("none"), 0);
    models.forEach(model -> customer.price(model, random.price()));
    customer.awaitPrice(models.getLast());
  }

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
    kill(
        "gateway",
        (number, storm) -> {
          ServerProcess gateway = bed.replica(number % 2).process();
          gateway.kill();
          gateway.restart();
          return number % 5 % 2 == 0 ? KilledIT::awaitGateways : () -> {};
        });
    assertThat(customer.rows()).extracting(Books.Row::outcome).contains("interrupted");
  }

  private static void awaitGateways() {
    bed.replica(0).process().awaitReady();
    bed.replica(1).process().awaitReady();
  }

  @Test
  void noCallIsLostWhenPostgresIsKilled() {
    PostgresProcess postgres = bed.postgres();
    kill(
        "postgres",
        (number, storm) -> {
          postgres.kill();
          storm.awaitCalls(5);
          bed.restart(postgres);
          return () -> {};
        });
  }

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

  private static void kill(String what, Kill kill) {
    long start = System.nanoTime();
    RandomCalls random = new RandomCalls(SEED, what, models, 0);
    Storm storm = Storm.begin(bed, customer, models, what, SEED, 2 + 5 * KILLS);
    List<Seen> seen;
    try (storm) {
      for (int i = 0; i < KILLS; i++) {
        storm.awaitAnswers(random.between(3, 15));
        kill.at(i, storm).run();
      }
      storm.awaitAnswers(20);
    } finally {
      seen = storm.end();
    }
    log.info(
        "{} kills of {} under {} calls took {} ms",
        KILLS,
        what,
        seen.size(),
        (System.nanoTime() - start) / 1_000_000);
    bed.awaitAdmin();
    assertThat(seen).extracting(Seen::status).isSubsetOf(200, 429, 500, 503, 0, Seen.BROKEN);
    new Reconciliation(bed, customer, storm.limits(), seen).check();
  }
}
