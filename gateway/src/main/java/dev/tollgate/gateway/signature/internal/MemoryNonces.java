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
 * Nonces of one gateway. Bounded: when it is full it says so, and forgets none before its time. One
 * key gets a tenth of it at most, so that it fills nobody's memory but its own. What ends in the
 * same second is forgotten together.
 */
final class MemoryNonces implements NonceStore {

  private static final int LEAST_KEYS_TO_FILL_IT = 10;

  private final int maximum;
  private final int maximumOfKey;
  private final LongSupplier nanoClock;
  private final long startNanos;
  private final Map<Name, Long> endSeconds = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Long, Queue<Name>> bySecond = new ConcurrentSkipListMap<>();
  private final Map<String, Integer> heldByKey = new ConcurrentHashMap<>();
  private final AtomicInteger held = new AtomicInteger();

  private record Name(String keyId, String nonce) {}

  MemoryNonces(int maximum, LongSupplier nanoClock) {
    this.maximum = maximum;
    this.maximumOfKey = Math.max(1, maximum / LEAST_KEYS_TO_FILL_IT);
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
  }

  @Override
  public Mono<Use> use(String keyId, String nonce, Duration forAtLeast) {
    return Mono.fromSupplier(() -> useNow(new Name(keyId, nonce), forAtLeast));
  }

  private Use useNow(Name name, Duration forAtLeast) {
    long now = TimeUnit.NANOSECONDS.toSeconds(nanoClock.getAsLong() - startNanos);
    forgetUntil(now);
    // One second more: both ends of the time are rounded down.
    long end = now + forAtLeast.toSeconds() + 1;
    if (endSeconds.putIfAbsent(name, end) != null) {
      return Use.REPEATED;
    }
    if (!hasRoomFor(name.keyId())) {
      forget(name);
      return Use.UNKNOWN;
    }
    bySecond.computeIfAbsent(end, second -> new ConcurrentLinkedQueue<>()).add(name);
    return Use.FIRST;
  }

  /** Counts one more of the key, whether there is room for it or not. */
  private boolean hasRoomFor(String keyId) {
    boolean ofKey = heldByKey.merge(keyId, 1, Integer::sum) <= maximumOfKey;
    boolean ofAll = held.incrementAndGet() <= maximum;
    return ofKey && ofAll;
  }

  /** Seconds in which something may still be added lie ahead. */
  private void forgetUntil(long now) {
    Map.Entry<Long, Queue<Name>> first = bySecond.firstEntry();
    while (first != null && first.getKey() < now) {
      if (bySecond.remove(first.getKey(), first.getValue())) {
        first.getValue().forEach(this::forget);
      }
      first = bySecond.firstEntry();
    }
  }

  private void forget(Name name) {
    if (endSeconds.remove(name) != null) {
      held.decrementAndGet();
      heldByKey.computeIfPresent(name.keyId(), (key, count) -> count == 1 ? null : count - 1);
    }
  }

  /** How many keys have any. */
  int keys() {
    return heldByKey.size();
  }

  int size() {
    return held.get();
  }
}
