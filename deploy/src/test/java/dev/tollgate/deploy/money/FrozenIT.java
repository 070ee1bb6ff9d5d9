package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.PostgresProcess;
import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Books.Budget;
import dev.tollgate.deploy.money.Call.Fate;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What hangs holds up nobody, and is taken back when it goes on, without a restart. */
@EnabledOnOs(OS.LINUX)
class FrozenIT {

  private static final long SEED = 815;

  /** The contract's bound for an answer; of it the gateway itself waits 1.2 s at most. */
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private static final Duration RECOVERY = Duration.ofSeconds(10);

  /** Longer than any time-out, and than what waits behind one. */
  private static final Duration FROZEN = Duration.ofSeconds(5);

  /** Calls while nothing hangs: the first ones load classes. */
  private static final int WARM_UP = 80;

  private final MoneyBed bed = MoneyBed.shared();
  private final Customer customer = bed.customer();
  private final AtomicInteger numbers = new AtomicInteger();

  @Test
  void aFrozenPostgresHoldsUpNobody() {
    PostgresProcess postgres = bed.postgres();
    freeze("frozen-postgres", postgres::freeze, postgres::thaw);
  }

  @Test
  void aFrozenRedisHoldsUpNobody() {
    freeze("frozen-redis", bed.redis()::freeze, bed.redis()::thaw);
  }

  @Test
  void whatIsLeasedIsSpentWhilePostgresIsFrozenAndThenNothingMore() {
    String model = "leased-while-frozen";
    customer.price(model, new Price(0, 1_000_000));
    customer.awaitPrice(model);
    Tenant.Key key = customer.keyFor(1_000_000_000);
    List<Seen> seen = new ArrayList<>();
    await().atMost(RECOVERY.multipliedBy(6)).until(() -> hasSpentALease(key, model, seen));
    String subject = "key:" + key.id();
    await()
        .atMost(RECOVERY)
        .untilAsserted(() ->
            assertThat(bed.books().budgets(customer.project()).get(subject))
                .extracting(Budget::spent, Budget::leased, Budget::overrun)
                .containsExactly(customer.billed(seen), 0L, 0L));
  }

  /**
   * A lease that nobody has used for two seconds is given up: on a machine that is that slow, it is
   * tried again.
   */
  private boolean hasSpentALease(Tenant.Key key, String model, List<Seen> seen) {
    URI gateway = bed.gateways().getFirst();
    PostgresProcess postgres = bed.postgres();
    int first = seen.size() + 1;
    seen.add(call(gateway, key, model, 1));
    postgres.freeze();
    try {
      do {
        seen.add(call(gateway, key, model, 100));
      } while (seen.getLast().status() == 200);
    } finally {
      postgres.thaw();
    }
    assertThat(seen.getLast().status()).as(seen.getLast().toString()).isEqualTo(503);
    assertThat(seen.getLast().code()).isEqualTo("service_unavailable");
    awaitAdmission(gateway, customer.keyFor(1_000_000), model);
    return seen.size() > first + 1;
  }

  /** Of so many words, for which the lease of the first is asked for. */
  private Seen call(URI gateway, Tenant.Key key, String model, int words) {
    String id = model + "-" + numbers.incrementAndGet();
    Call call = Call.of(id, Fate.WHOLE, model, words);
    return bed.clients().call(gateway, key, words == 1 ? call.withMaximum(1_000) : call);
  }

  private void freeze(String name, Runnable freeze, Runnable thaw) {
    customer.price(name, new Price(500_000, 1_000_000));
    customer.awaitPrice(name);
    Tenant.Key unknown = customer.keyFor(1_000_000);
    Storm storm = Storm.begin(bed, customer, List.of(name), name, SEED, 20);
    int before;
    List<Seen> seen;
    try (storm) {
      storm.awaitCalls(WARM_UP);
      before = storm.calls();
      freeze.run();
      try {
        await().pollDelay(FROZEN).timeout(FROZEN.multipliedBy(2)).until(() -> true);
      } finally {
        thaw.run();
      }
      bed.gateways().forEach(gateway -> awaitAdmission(gateway, unknown, name));
      storm.awaitCalls(40);
    } finally {
      seen = storm.end();
    }
    assertThat(seen).extracting(Seen::status).isSubsetOf(200, 429, 500, 503, 0);
    assertThat(seen.subList(before, seen.size()))
        .allSatisfy(one -> assertThat(one.took()).as(one.toString()).isLessThan(ANSWER));
    new Reconciliation(bed, customer, storm.limits(), seen).check();
  }

  private void awaitAdmission(URI gateway, Tenant.Key key, String model) {
    await()
        .atMost(RECOVERY)
        .until(() -> {
          Call call = Call.of(model + "-again-" + numbers.incrementAndGet(), Fate.WHOLE, model, 5);
          return bed.clients().call(gateway, key, call).status() == 200;
        });
  }
}
