package dev.tollgate.gateway.concurrency.internal;

import static dev.tollgate.gateway.concurrency.internal.Client.rules;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.concurrency.ConcurrencyProperties;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.redis.WhenAway;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;

/** On a store and a thread that do not do what they are asked. */
class LineTest {

  private static final ConcurrencyProperties PROPERTIES =
      new ConcurrencyProperties(
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          20,
          Duration.ofSeconds(30),
          WhenAway.LOCAL_SHARE);

  private final HeldClaims held = new HeldClaims();
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final ConcurrencyMeters meters = new ConcurrencyMeters(new SimpleMeterRegistry());
  private final Line line = new Line(new Store(), meters, new BusyThread(), 20, 0);
  private final ConcurrencyLimiter limiter =
      new ConcurrencyLimiter(line, meters, PROPERTIES, "gateway", Disposables.disposed());
  private final LimitRules one = rules(Subject.key("key_1"), 1, 5L);
  private final LimitRules other = rules(Subject.key("key_2"), 1, 5L);
  private boolean faulty;
  private boolean busy;

  private final class Store implements PermitStore {
    private final PermitStore memory = new MemoryPermits(held);

    @Override
    public Mono<List<Outcome>> take(List<Claim> claims) {
      return Mono.defer(() -> {
        if (faulty) {
          throw new InternalError("a fault of a mapped file");
        }
        return memory.take(claims);
      });
    }

    @Override
    public void release(Claim claim) {
      memory.release(claim);
    }
  }

  private final class BusyThread implements Scheduler {

    @Override
    public Disposable schedule(Runnable task) {
      if (busy) {
        throw new RejectedExecutionException("too much to do");
      }
      return time.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
      return time.schedule(task, delay, unit);
    }

    @Override
    public long now(TimeUnit unit) {
      return time.now(unit);
    }

    @Override
    public Worker createWorker() {
      return time.createWorker();
    }
  }

  @AfterEach
  void nothingIsHeld() {
    assertThat(held.size()).isZero();
    assertThat(line.size()).isZero();
  }

  @Test
  void goesOnAfterAnErrorThatNoOperatorHandsOn() {
    Client going = Client.of(limiter, one);
    Client waiting = Client.of(limiter, one);
    faulty = true;
    going.goAway();
    assertThat(waiting.isTold()).isFalse();

    faulty = false;
    time.advanceTimeBy(Duration.ofSeconds(1));
    waiting.goAway();
  }

  @Test
  void givesEverybodyWhatTheyGotThoughNoThreadTakesTheFirst() {
    Client going = Client.of(limiter, one, other);
    Client first = Client.of(limiter, one);
    Client second = Client.of(limiter, other);
    busy = true;
    going.goAway();
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(first.isGranted()).isTrue();
    assertThat(second.isGranted()).isTrue();
    first.goAway();
    second.goAway();
  }
}
