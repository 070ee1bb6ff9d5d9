package dev.tollgate.gateway.concurrency.internal;

import static dev.tollgate.gateway.concurrency.internal.Client.rules;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.concurrency.ConcurrencyProperties;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.redis.WhenAway;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class MemoryConcurrencyTest extends ConcurrencyContract {

  private static final ConcurrencyProperties PROPERTIES =
      new ConcurrencyProperties(
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          20,
          Duration.ofSeconds(30),
          WhenAway.LOCAL_SHARE);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ConcurrencyLimiter limiter =
      new Concurrency(PROPERTIES, Schedulers.parallel(), meters).alone();

  @Override
  ConcurrencyLimiter limiter() {
    return limiter;
  }

  @Override
  ConcurrencyLimiter other() {
    return limiter;
  }

  @Override
  double metered(String name) {
    return meters.get("tollgate.concurrency." + name).gauge().value();
  }

  @Test
  void waitsAsLongAsThePolicySaysAndNoShorter() {
    VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    ConcurrencyLimiter timed =
        new Concurrency(PROPERTIES, clock, new SimpleMeterRegistry()).alone();
    LimitRules three = rules(key, 1, 5L, Duration.ofSeconds(3));
    LimitRules byDefault = rules(key, 1, 5L);
    LimitRules tooLong = rules(key, 1, 5L, Duration.ofHours(1));
    Client going = Client.of(timed, three);
    Client first = Client.of(timed, three);
    Client second = Client.of(timed, byDefault);
    Client third = Client.of(timed, tooLong);

    clock.advanceTimeBy(Duration.ofMillis(2999));
    assertThat(first.isTold()).isFalse();
    clock.advanceTimeBy(Duration.ofMillis(1));
    first.reached();
    clock.advanceTimeBy(Duration.ofMillis(6999));
    assertThat(second.isTold()).isFalse();
    clock.advanceTimeBy(Duration.ofMillis(1));
    second.reached();
    clock.advanceTimeBy(Duration.ofMinutes(5).minusSeconds(10).minusMillis(1));
    assertThat(third.isTold()).isFalse();
    clock.advanceTimeBy(Duration.ofMillis(1));
    third.reached();
    going.goAway();
    Client.of(timed, three).goAway();
  }

  /** A permit that is granted after a wait is delivered by another thread, which may be busy. */
  @Test
  void givesBackWhatWasGrantedButNotDelivered() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    try (ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor()) {
      ConcurrencyLimiter limiter =
          new Concurrency(
                  PROPERTIES, Schedulers.fromExecutorService(thread), new SimpleMeterRegistry())
              .alone();
      LimitRules one = rules(key, 1, 5L);
      Client going = Client.of(limiter, one);
      Client waiting = Client.of(limiter, one);
      var _ = thread.submit(() -> busy.await(20, TimeUnit.SECONDS));
      going.goAway();
      Client.of(limiter, rules(key, 1, null)).reached();
      waiting.cancel();
      Client next = Client.of(limiter, rules(key, 1, null)).granted();
      busy.countDown();
      thread.submit(() -> {}).get();
      assertThat(waiting.isTold()).isFalse();
      next.goAway();
      Client.of(limiter, one).goAway();
    }
  }

  @Test
  void boundsHowManyWaitInAll() {
    Client going = Client.of(limiter, rules(key, 1, 100L));
    for (int i = 0; i < 20; i++) {
      assertThat(Client.of(limiter, rules(key, 1, 100L)).isTold()).isFalse();
    }
    Client.of(limiter, rules(key, 1, 100L)).reached();
    assertThat(metered("waiting")).isEqualTo(20);
    assertThat(metered("held")).isEqualTo(1);
    going.goAway();
  }
}
