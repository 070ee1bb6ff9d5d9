package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.e2e.Tenant;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two gateways keep one limit of requests, though the clock of one is five minutes ahead. */
class ShiftedClockIT {

  private static final Duration AHEAD = Duration.ofMinutes(5);
  private static final String MODEL = "clocked";

  private static final MoneyBed bed = MoneyBed.shared();
  private static final Customer customer = bed.customer();
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

  private static String document(String limits) {
    return "'" + limits.replace("=", "':").replace(";", ",'");
  }
}
