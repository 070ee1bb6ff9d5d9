package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Call.Fate;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two gateways keep one limit of requests, though the clock of one is five minutes ahead. */
class ShiftedClockIT {

  private static final Duration AHEAD = Duration.ofMinutes(5);
  private static final int CLIENTS = 4;
  private static final String MODEL = "clocked";

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

  /** A request that was let through at some moment between its two, in nanoseconds. */
  private record Admitted(long sent, long answered) {}

  @ParameterizedTest
  @CsvSource({
    "per_minute=60, 60, 1, 6",
    "per_second=5;burst_size=10, 10, 5, 4",
  })
  void inAnyWindowNoMoreIsAdmittedThanCapacityAndRefill(
      String limits, long capacity, long refillPerSecond, int seconds) {
    Tenant.Key key = customer.key("'requests':{%s}".formatted(document(limits)));
    List<Admitted> admitted = load(key, Duration.ofSeconds(seconds));
    assertThat((long) admitted.size()).isGreaterThanOrEqualTo(capacity);
    for (Admitted first : admitted) {
      for (Admitted last : admitted) {
        long nanos = last.answered - first.sent;
        long within =
            admitted.stream()
                .filter(one -> one.sent >= first.sent && one.answered <= last.answered)
                .count();
        assertThat((within - capacity) * 1_000_000_000L)
            .as("%d in %d ns", within, nanos)
            .isLessThanOrEqualTo(refillPerSecond * Math.max(0, nanos));
      }
    }
  }

  private static String document(String limits) {
    return "'" + limits.replace("=", "':").replace(";", ",'");
  }

  private static List<Admitted> load(Tenant.Key key, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Admitted>>> all = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        URI gateway = client % 2 == 0 ? bed.replica(0).url() : ahead.url();
        all.add(clients.submit(() -> loadUntil(end, gateway, key)));
      }
      return all.stream().flatMap(one -> Clients.result(one).stream()).toList();
    }
  }

  private static List<Admitted> loadUntil(long end, URI gateway, Tenant.Key key) {
    List<Admitted> admitted = new ArrayList<>();
    while (System.nanoTime() < end) {
      Call call = Call.of("clocked-" + numbers.incrementAndGet(), Fate.WHOLE, MODEL, 1);
      long sent = System.nanoTime();
      Seen seen = bed.clients().call(gateway, key, call);
      if (seen.status() == 200) {
        admitted.add(new Admitted(sent, System.nanoTime()));
      } else {
        assertThat(seen.status()).as(seen.toString()).isEqualTo(429);
        assertThat(seen.code()).isEqualTo("rate_limit_exceeded");
      }
    }
    return admitted;
  }
}
