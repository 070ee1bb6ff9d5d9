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
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Permits of requests at once are nobody's when their gateway is killed, but not for long. */
class LostPermitsIT {

  private static final String MODEL = "held";
  private static final int PERMITS = 4;

  private static final int KILLS = 4;

  /**
   * The last renewal may be on its way when its gateway is killed, and whether permits are free is
   * asked over and over, with as many calls as there are permits.
   */
  private static final Duration BOUND = MoneyBed.PERMIT_LEASE.plusSeconds(1);

  private static final Duration LOOKS_EVERY = Duration.ofMillis(50);

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

  /** Now the one and now the other, at different times after the last renewal. */
  @RepeatedTest(KILLS)
  void permitsOfAKilledGatewayAreFreeAfterTheirLease(RepetitionInfo repetition) throws IOException {
    int number = repetition.getCurrentRepetition();
    MoneyBed.Replica killed = bed.replica(number % 2);
    int other = 1 - number % 2;
    hold(number % 2, PERMITS);
    // A lease is renewed every third of it.
    long until = System.nanoTime() + MoneyBed.PERMIT_LEASE.toNanos() / 3 * number / KILLS;
    do {
      assertRefused(ask(other));
    } while (System.nanoTime() < until);
    killed.process().kill();
    try {
      await().pollInterval(LOOKS_EVERY).atMost(BOUND).until(() -> allAreFree(other));
    } finally {
      killed.process().restart();
      killed.process().awaitReady();
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
