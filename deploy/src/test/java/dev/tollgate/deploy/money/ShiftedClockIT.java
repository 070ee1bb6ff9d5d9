package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Call.Fate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two gateways keep one limit, though one of them believes that it is the next hour. */
class ShiftedClockIT {

  private static final Duration AHEAD = Duration.ofHours(1);
  private static final String MODEL = "clocked";
  private static final String PAID = "clocked-and-paid";

  /** The contract's worst case for a change to be in force. */
  private static final Duration CHANGE_BOUND = Duration.ofSeconds(5);

  private static final Duration ROW_BOUND = Duration.ofSeconds(20);

  /** Longer than the test of money takes. */
  private static final Duration LEFT_OF_THE_HOUR = Duration.ofMinutes(1);

  private static final MoneyBed bed = MoneyBed.shared();
  private static final Customer customer = bed.customer();
  private static final AtomicInteger numbers = new AtomicInteger();
  private static MoneyBed.Replica ahead;

  @BeforeAll
  static void start() {
    bed.provider().price(MODEL, new Price(0, 0));
    ahead = bed.startReplica("ahead", AHEAD);
    ahead.process().awaitReady();
  }

  @AfterAll
  static void stop() {
    ahead.process().close();
  }

  @ParameterizedTest
  @CsvSource({
    "per_minute=60, 60, 1, 6",
    "per_second=5;burst_size=10, 10, 5, 4",
  })
  void inAnyWindowNoMoreIsAdmittedThanCapacityAndRefill(
      String limits, long capacity, long refillPerSecond, int seconds) {
    Tenant.Key key = customer.key("'requests':{%s}".formatted(document(limits)));
    Admissions admissions = new Admissions(bed, key, MODEL);
    admissions.load(List.of(bed.replica(0).url(), ahead.url()), Duration.ofSeconds(seconds));
    assertThat(admissions.count()).isGreaterThanOrEqualTo(capacity);
    admissions.areWithin(capacity, refillPerSecond);
  }

  @Test
  void moneyIsCountedInTheHourOfTheDatabase() {
    customer.price(PAID, new Price(0, 1_000_000));
    customer.awaitPrice(PAID);
    Tenant.Key poor = customer.key(perHour(1));
    await().atMost(CHANGE_BOUND).until(() -> spend(ahead, poor).status() == 429);
    awaitTimeLeft();

    Tenant.Key key = customer.key(perHour(40));
    for (MoneyBed.Replica gateway : List.of(ahead, bed.replica(0), ahead, bed.replica(1))) {
      assertThat(spend(gateway, key).status()).isEqualTo(200);
    }
    for (MoneyBed.Replica gateway : List.of(bed.replica(0), ahead)) {
      Seen refused = spend(gateway, key);
      assertThat(refused.status()).as(refused.toString()).isEqualTo(429);
      assertThat(refused.code()).isEqualTo("insufficient_quota");
    }
    String subject = "key:" + key.id();
    await()
        .atMost(ROW_BOUND)
        .untilAsserted(() ->
            assertThat(bed.books().budgets(customer.project()))
                .containsEntry(subject, new Books.Budget(subject, 40, 40, 0, 0)));
  }

  private static String perHour(long microUsd) {
    return "'costs':{'per_hour_max':%s}".formatted(Price.dollars(microUsd));
  }

  private static void awaitTimeLeft() {
    await()
        .atMost(LEFT_OF_THE_HOUR.multipliedBy(2))
        .until(() -> {
          Instant now = Instant.now();
          Instant hour = now.truncatedTo(ChronoUnit.HOURS);
          return now.plus(LEFT_OF_THE_HOUR).truncatedTo(ChronoUnit.HOURS).equals(hour);
        });
  }

  /** A call of ten micro-dollars. */
  private static Seen spend(MoneyBed.Replica gateway, Tenant.Key key) {
    Call call = Call.of("paid-" + numbers.incrementAndGet(), Fate.WHOLE, PAID, 10);
    return bed.clients().callAll(List.of(gateway.url()), List.of(key), List.of(call)).getFirst();
  }

  private static String document(String limits) {
    return "'" + limits.replace("=", "':").replace(";", ",'");
  }
}
