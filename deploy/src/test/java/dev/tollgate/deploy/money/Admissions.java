package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Call.Fate;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests of one key as fast as they are answered, and when they were let through. */
final class Admissions {

  private static final int CLIENTS_OF_EACH = 2;
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final MoneyBed bed;
  private final Tenant.Key key;
  private final String model;
  private final List<Admitted> admitted = new CopyOnWriteArrayList<>();

  /** A request that was let through at some moment between its two, in nanoseconds. */
  private record Admitted(long sent, long answered) {}

  Admissions(MoneyBed bed, Tenant.Key key, String model) {
    this.bed = bed;
    this.key = key;
    this.model = model;
  }

  /**
   * To all of the gateways, for some time; all are let through, or refused since a limit is
   * reached.
   */
  void load(List<URI> gateways, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (URI gateway : gateways) {
        for (int client = 0; client < CLIENTS_OF_EACH; client++) {
          all.add(clients.submit(() -> loadUntil(end, gateway)));
        }
      }
      all.forEach(Clients::result);
    }
  }

  private void loadUntil(long end, URI gateway) {
    while (System.nanoTime() < end) {
      ask(gateway);
    }
  }

  void ask(URI gateway) {
    Call call = Call.of(model + "-" + NUMBERS.incrementAndGet(), Fate.WHOLE, model, 1);
    long sent = System.nanoTime();
    Seen seen = bed.clients().call(gateway, key, call);
    if (seen.status() == 200) {
      admitted.add(new Admitted(sent, System.nanoTime()));
    } else {
      assertThat(seen.status()).as(seen.toString()).isEqualTo(429);
      assertThat(seen.code()).isEqualTo("rate_limit_exceeded");
    }
  }

  long count() {
    return admitted.size();
  }

  /** In any window no more than the capacity and what came back in it. */
  void areWithin(long capacity, long refillPerSecond) {
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
}
