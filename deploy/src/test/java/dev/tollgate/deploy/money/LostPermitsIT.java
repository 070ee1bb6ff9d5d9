package dev.tollgate.deploy.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.deploy.e2e.Tenant;
import dev.tollgate.deploy.money.Call.Fate;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Permits of requests at once are nobody's when their gateway is killed, but not for long. */
class LostPermitsIT {

  private static final String MODEL = "held";
  private static final int PERMITS = 4;

  /** The lease, and what a busy machine adds. */
  private static final Duration BOUND = MoneyBed.PERMIT_LEASE.plusSeconds(5);

  private static final MoneyBed bed = MoneyBed.shared();
  private static final Customer customer = bed.customer();
  private static final AtomicInteger numbers = new AtomicInteger();

  private final Tenant.Key key =
      customer.key("'concurrency':{'max_parallel_requests':%d}".formatted(PERMITS));
  private final List<Exchange> held = new ArrayList<>();

  @BeforeAll
  static void makePrice() {
    bed.provider().price(MODEL, new Price(0, 0));
  }

  @AfterEach
  void leave() throws IOException {
    for (Exchange exchange : held) {
      exchange.close();
    }
    held.clear();
  }

  @Test
  void permitsOfAKilledGatewayAreFreeAfterTheirLease() throws IOException {
    hold(0, PERMITS);
    assertRefused(ask(1));
    bed.replica(0).process().kill();
    try {
      await().atMost(BOUND).until(() -> allAreFree(1));
    } finally {
      bed.replica(0).process().restart();
      bed.replica(0).process().awaitReady();
    }
  }

  @Test
  void permitsAreCountedAgainWhenRedisHasForgottenThem() throws IOException {
    hold(0, PERMITS / 2);
    hold(1, PERMITS / 2);
    bed.redis().kill();
    bed.redis().restart();
    bed.redis().awaitReady();
    for (int replica = 0; replica < 2; replica++) {
      int number = replica;
      await().atMost(BOUND).untilAsserted(() -> assertRefused(ask(number)));
    }
    leave();
    await().atMost(BOUND).until(() -> allAreFree(0));
  }

  /** Streams that go on until their client leaves. */
  private void hold(int replica, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Call call = newCall(Fate.LEFT);
      bed.provider().expect(call);
      Exchange exchange = Exchange.open(bed.replica(replica).url(), key.token(), call);
      held.add(exchange);
      assertThat(exchange.readWords(1)).isTrue();
    }
  }

  private boolean allAreFree(int replica) throws IOException {
    List<Call> calls = Stream.generate(() -> newCall(Fate.LEFT)).limit(PERMITS).toList();
    List<Exchange> tried = new ArrayList<>();
    try {
      for (Call call : calls) {
        bed.provider().expect(call);
        tried.add(Exchange.open(bed.replica(replica).url(), key.token(), call));
      }
      boolean free = true;
      for (Exchange exchange : tried) {
        free &= exchange.status() == 200;
      }
      return free;
    } finally {
      held.addAll(tried);
      leave();
    }
  }

  private Seen ask(int replica) {
    return bed.clients().call(bed.replica(replica).url(), key, newCall(Fate.WHOLE));
  }

  private static Call newCall(Fate fate) {
    return Call.of("held-" + numbers.incrementAndGet(), fate, MODEL, 1);
  }

  private static void assertRefused(Seen seen) {
    assertThat(seen.status()).as(seen.toString()).isEqualTo(429);
    assertThat(seen.code()).isEqualTo("concurrency_limit_exceeded");
  }
}
