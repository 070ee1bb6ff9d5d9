package dev.tollgate.gateway.concurrency.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.Permit;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class WaiterTest {

  private static final int PAIRS = 200_000;

  /** So many steps one of two comes later than the other, at most: all ways to meet are tried. */
  private static final int LATEST = 40;

  private final HeldClaims held = new HeldClaims();
  private final Line line =
      new Line(
          new MemoryPermits(held),
          new ConcurrencyMeters(new SimpleMeterRegistry()),
          Schedulers.immediate(),
          PAIRS,
          0);

  private static final class Pair {

    final AtomicInteger missing = new AtomicInteger(2);
    final Waiter waiter;
    final Permit permit;
    final Disposable client;

    Pair(Waiter waiter, Permit permit, Disposable client) {
      this.waiter = waiter;
      this.permit = permit;
      this.client = client;
    }

    void together(int late) {
      var _ = missing.decrementAndGet();
      while (missing.get() > 0) {
        Thread.onSpinWait();
      }
      for (int i = 0; i < late; i++) {
        var _ = missing.get();
      }
    }

    void grant() {
      if (waiter.grant(permit)) {
        waiter.deliver();
      } else {
        permit.release();
      }
    }
  }

  private Pair pair(int number) {
    List<Waiter> waiters = new ArrayList<>(1);
    Disposable client =
        Mono.<Permit>create(
                sink -> {
                  Waiter waiter = new Waiter("w" + number, number, false, List.of(), sink);
                  sink.onCancel(() -> waiter.abandon(line));
                  waiters.add(waiter);
                })
            .doOnNext(Permit::release)
            .subscribe();
    Claim claim = new Claim("c" + number, List.of());
    held.add(claim);
    return new Pair(waiters.getFirst(), new HeldPermit(claim, line), client);
  }

  @Test
  void givesEveryPermitBackHoweverGrantAndCancelMeet() throws Exception {
    List<Pair> pairs = new ArrayList<>(PAIRS);
    for (int i = 0; i < PAIRS; i++) {
      pairs.add(pair(i));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> grants =
          threads.submit(() -> {
            for (int i = 0; i < PAIRS; i++) {
              pairs.get(i).together(i % LATEST);
              pairs.get(i).grant();
            }
          });
      Future<?> cancels =
          threads.submit(() -> {
            for (int i = 0; i < PAIRS; i++) {
              pairs.get(i).together(i / LATEST % LATEST);
              pairs.get(i).client.dispose();
            }
          });
      var _ = grants.get();
      var _ = cancels.get();
    }
    assertThat(held.size()).isZero();
  }
}
