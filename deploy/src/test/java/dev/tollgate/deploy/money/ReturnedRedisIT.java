package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What two gateways let through by their shares counts when Redis is back. */
@EnabledOnOs(OS.LINUX)
class ReturnedRedisIT {

  private static final String MODEL = "shared";

  /**
   * The first requests wait for a Redis that hangs; then it takes milliseconds to use a share up.
   */
  private static final Duration AWAY = Duration.ofSeconds(3);

  /** Until it is asked again, and longer. */
  private static final Duration BACK = Duration.ofSeconds(6);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final MoneyBed bed = MoneyBed.shared();
  private static final Customer customer = bed.customer();

  @BeforeAll
  static void makePrice() {
    bed.provider().price(MODEL, new Price(0, 0));
  }

  private static Admissions under(String requests) {
    Tenant.Key key = customer.key("'requests':{%s}".formatted(requests));
    return new Admissions(bed, key, MODEL);
  }

  /** As many come as are let through, without Redis and right after its return. */
  private static void loadOverAnOutage(Admissions admissions, long shares) {
    bed.redis().freeze();
    try {
      await()
          .atMost(PATIENCE)
          .until(() -> {
            admissions.load(bed.gateways(), AWAY);
            return admissions.count() >= shares;
          });
    } finally {
      bed.redis().thaw();
    }
    admissions.load(bed.gateways(), BACK);
  }

  @Test
  void inAnyWindowNoMoreIsAdmittedThanCapacityAndRefill() {
    Admissions admissions = under("'per_minute':60");
    loadOverAnOutage(admissions, 60);
    assertThat(admissions.count()).isGreaterThan(60);
    admissions.areWithin(60, 1);
  }

  /** One that Redis counts of before. */
  @Test
  void noMoreIsAdmittedInADayThanMayBe() {
    Admissions admissions = under("'per_day':40");
    admissions.ask(bed.replica(0).url());
    assertThat(admissions.count()).isEqualTo(1);
    // The shares are of what the database says is left: without the first one, or with others' too.
    loadOverAnOutage(admissions, 20);
    assertThat(admissions.count()).isBetween(40L, 41L);
  }
}
