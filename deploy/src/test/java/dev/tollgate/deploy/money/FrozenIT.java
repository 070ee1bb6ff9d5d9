package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.PostgresProcess;
import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Books.Budget;
import dev.tollgate.deploy.money.Call.Fate;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

  /** Of all gateways, from the moment on in which what was frozen goes on. */
  private static final Duration RECOVERY = Duration.ofSeconds(10);

  /** Longer than any time-out, and than what waits behind one. */
  private static final Duration FROZEN = Duration.ofSeconds(5);

  /** Calls while nothing hangs: the first ones load classes. */
  private static final int WARM_UP = 80;

  /** Of a limit that is tried; without Redis each of the two gateways has a share of 1. */
  private static final int LIMIT = 2;

  private final MoneyBed bed = MoneyBed.shared();
  private final Customer customer = bed.customer();
  private final AtomicInteger numbers = new AtomicInteger();

  /** Whether a gateway works as before, and with the other one. */
  private interface Probe {
    boolean works(URI gateway, URI other) throws IOException;
  }

  @Test
  void aFrozenPostgresHoldsUpNobody() throws IOException {
    PostgresProcess postgres = bed.postgres();
    String model = "frozen-postgres";
    makePrice(model);
    // Which no gateway has seen, and of whose budget none has a lease.
    Tenant.Key unknown = customer.keyFor(1_000_000);
    freeze(
        model,
        postgres::freeze,
        postgres::thaw,
        (gateway, other) -> ask(gateway, unknown, model).status() == 200);
  }

  @Test
  void aFrozenRedisHoldsUpNobody() throws IOException {
    String model = "frozen-redis";
    makePrice(model);
    freeze(
        model,
        bed.redis()::freeze,
        bed.redis()::thaw,
        (gateway, other) ->
            countsRequestsWith(gateway, other, model) && countsStreamsWith(gateway, other, model));
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
    Tenant.Key other = customer.keyFor(1_000_000);
    awaitUntil(
        () -> ask(gateway, other, model).status() == 200, System.nanoTime() + RECOVERY.toNanos());
    return seen.size() > first + 1;
  }

  /** Of so many words, for which the lease of the first is asked for. */
  private Seen call(URI gateway, Tenant.Key key, String model, int words) {
    String id = model + "-" + numbers.incrementAndGet();
    Call call = Call.of(id, Fate.WHOLE, model, words);
    return bed.clients().call(gateway, key, words == 1 ? call.withMaximum(1_000) : call);
  }

  private void makePrice(String model) {
    customer.price(model, new Price(500_000, 1_000_000));
    customer.awaitPrice(model);
  }

  private void freeze(String name, Runnable freeze, Runnable thaw, Probe probe) throws IOException {
    Storm storm = Storm.of(bed, customer, List.of(name), name, SEED, 20);
    int before;
    List<Seen> seen;
    try (storm) {
      storm.begin();
      storm.awaitCalls(WARM_UP);
      before = storm.calls();
      freeze.run();
      long thawed;
      try {
        await().pollDelay(FROZEN).timeout(FROZEN.multipliedBy(2)).until(() -> true);
        assertThat(probe.works(bed.gateways().getFirst(), bed.gateways().getLast()))
            .as("what is frozen is needed for what is tried")
            .isFalse();
      } finally {
        thawed = System.nanoTime();
        thaw.run();
      }
      awaitBoth(probe, thawed + RECOVERY.toNanos());
      storm.awaitCalls(40);
    } finally {
      seen = storm.end();
    }
    assertThat(seen).extracting(Seen::status).isSubsetOf(200, 429, 500, 503, 0);
    assertThat(seen.subList(before, seen.size()))
        .allSatisfy(one -> assertThat(one.took()).as(one.toString()).isLessThan(ANSWER));
    new Reconciliation(bed, customer, storm.limits(), seen).check();
  }

  /** Both at once: neither may have the other's time. */
  private void awaitBoth(Probe probe, long untilNanos) {
    URI first = bed.gateways().getFirst();
    URI last = bed.gateways().getLast();
    try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      all.add(both.submit(() -> awaitUntil(() -> probe.works(first, last), untilNanos)));
      all.add(both.submit(() -> awaitUntil(() -> probe.works(last, first), untilNanos)));
      all.forEach(Clients::result);
    }
  }

  private static void awaitUntil(Callable<Boolean> condition, long untilNanos) {
    Duration left = Duration.ofNanos(Math.max(1, untilNanos - System.nanoTime()));
    await().pollDelay(Duration.ZERO).atMost(left).until(condition);
  }

  private Seen ask(URI gateway, Tenant.Key key, String model) {
    return bed.clients().call(gateway, key, newCall(Fate.WHOLE, model));
  }

  private Call newCall(Fate fate, String model) {
    return Call.of(model + "-again-" + numbers.incrementAndGet(), fate, model, 5);
  }

  /** Used up at one gateway, though its share is less, and refused at the other. */
  private boolean countsRequestsWith(URI gateway, URI other, String model) {
    Tenant.Key key = customer.key("'requests':{'per_day':%d}".formatted(LIMIT));
    for (int i = 0; i < LIMIT; i++) {
      if (ask(gateway, key, model).status() != 200) {
        return false;
      }
    }
    return ask(other, key, model).code().equals("rate_limit_exceeded");
  }

  /** As many at once as may be at one gateway, and then none at the other. */
  private boolean countsStreamsWith(URI gateway, URI other, String model) throws IOException {
    Tenant.Key key = customer.key("'concurrency':{'max_parallel_requests':%d}".formatted(LIMIT));
    List<Exchange> held = new ArrayList<>();
    try {
      for (int i = 0; i < LIMIT; i++) {
        Call call = newCall(Fate.LEFT, model);
        bed.provider().expect(call);
        held.add(Exchange.open(gateway, key.token(), call));
        if (held.getLast().status() != 200) {
          return false;
        }
      }
      return ask(other, key, model).code().equals("concurrency_limit_exceeded");
    } finally {
      for (Exchange one : held) {
        one.close();
      }
    }
  }
}
