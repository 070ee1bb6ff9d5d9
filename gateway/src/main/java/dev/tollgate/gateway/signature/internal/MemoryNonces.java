package dev.tollgate.gateway.signature.internal;

import dev.tollgate.gateway.signature.NonceStore;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import reactor.core.publisher.Mono;

/**
 * Nonces of one gateway. Bounded: when it is full it says so, and forgets none before its time.
 * What ends in the same second is forgotten together.
 */
final class MemoryNonces implements NonceStore {

  private final int maximum;
  private final LongSupplier nanoClock;
  private final long startNanos;
  private final Map<String, Long> endSeconds = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Long, Queue<String>> bySecond = new ConcurrentSkipListMap<>();
  private final AtomicInteger held = new AtomicInteger();

  MemoryNonces(int maximum, LongSupplier nanoClock) {
    this.maximum = maximum;
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
  }

  @Override
  public Mono<Use> use(String keyId, String nonce, Duration forAtLeast) {
    return Mono.fromSupplier(() -> useNow(keyId + ' ' + nonce, forAtLeast));
  }

  private Use useNow(String name, Duration forAtLeast) {
    long now = TimeUnit.NANOSECONDS.toSeconds(nanoClock.getAsLong() - startNanos);
    forgetUntil(now);
    if (endSeconds.containsKey(name)) {
      return Use.REPEATED;
    }
    if (held.incrementAndGet() > maximum) {
      held.decrementAndGet();
      return Use.UNKNOWN;
    }
    // One second more: both ends of the time are rounded down.
    long end = now + forAtLeast.toSeconds() + 1;
    if (endSeconds.putIfAbsent(name, end) != null) {
      held.decrementAndGet();
      return Use.REPEATED;
    }
    bySecond.computeIfAbsent(end, second -> new ConcurrentLinkedQueue<>()).add(name);
    return Use.FIRST;
  }

  /** Seconds in which something may still be added lie ahead. */
  private void forgetUntil(long now) {
    Map.Entry<Long, Queue<String>> first = bySecond.firstEntry();
    while (first != null && first.getKey() < now) {
      if (bySecond.remove(first.getKey(), first.getValue())) {
        first.getValue().forEach(this::forget);
      }
      first = bySecond.firstEntry();
    }
  }

  private void forget(String name) {
    if (endSeconds.remove(name) != null) {
      held.decrementAndGet();
    }
  }

  int size() {
    return held.get();
  }
}
