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
 * has one row, and no budget is overspent. A build kills each so often as its restart leaves time
 * for; {@code -Dtollgate.test.kills=20} kills each twenty times.
 */
@EnabledOnOs(OS.LINUX)
class KilledIT {

  private static final Logger log = LoggerFactory.getLogger(KilledIT.class);

  private static final long SEED = 4_711;

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
    void at(int number, Storm storm);
  }

  @Test
  void noCallIsLostWhenGatewaysAreKilled() {
    kill(
        "gateway",
        7,
        (number, storm) -> {
          ServerProcess gateway = bed.replica(number % 2).process();
          gateway.kill();
          gateway.restart();
          gateway.awaitReady();
        });
  }

  @Test
  void noCallIsLostWhenPostgresIsKilled() {
    PostgresProcess postgres = bed.postgres();
    kill(
        "postgres",
        10,
        (number, storm) -> {
          postgres.kill();
          storm.awaitCalls(5);
          bed.restart(postgres);
        });
  }

  @Test
  void noCallIsLostWhenRedisIsKilled() {
    kill(
        "redis",
        20,
        (number, storm) -> {
          bed.redis().kill();
          storm.awaitCalls(5);
          bed.redis().restart();
          bed.redis().awaitReady();
        });
  }

  private static void kill(String what, int usually, Kill kill) {
    int kills = Integer.getInteger("tollgate.test.kills", usually);
    long start = System.nanoTime();
    RandomCalls random = new RandomCalls(SEED, what, models, 0);
    Storm storm = Storm.begin(bed, customer, models, what, SEED, 2 + 5 * kills);
    List<Seen> seen;
    try (storm) {
      for (int i = 0; i < kills; i++) {
        storm.awaitCalls(random.between(3, 15));
        kill.at(i, storm);
      }
      storm.awaitCalls(20);
    } finally {
      seen = storm.end();
    }
    log.info(
        "{} kills of {} under {} calls took {} ms",
        kills,
        what,
        seen.size(),
        (System.nanoTime() - start) / 1_000_000);
    bed.awaitAdmin();
    assertThat(seen).extracting(Seen::status).isSubsetOf(200, 429, 500, 503, 0, Seen.BROKEN);
    new Reconciliation(bed, customer, storm.limits(), seen).check();
  }
}
