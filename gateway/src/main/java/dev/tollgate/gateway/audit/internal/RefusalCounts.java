package dev.tollgate.gateway.audit.internal;

import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.InboxSink;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * Counts refusals by key and tells the sums once a second: a flood of refused requests must not
 * become a flood of rows.
 */
final class RefusalCounts implements SmartLifecycle {

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int MOST_KEYS = 10_000;

  private final InboxSink inbox;
  private final Map<String, Sum> sums = new ConcurrentHashMap<>();
  private @Nullable Disposable telling;

  /** Refusals of a key, and where the last of them came from. */
  private record Sum(String organizationId, long count, Map<String, @Nullable Object> source) {}

  RefusalCounts(InboxSink inbox) {
    this.inbox = inbox;
  }

  /** Of more keys within a second than are held, some are not counted. */
  void count(String organizationId, String keyId, Map<String, @Nullable Object> source) {
    if (sums.size() < MOST_KEYS || sums.containsKey(keyId)) {
      sums.merge(keyId, new Sum(organizationId, 1, source), RefusalCounts::add);
    }
  }

  private static Sum add(Sum one, Sum other) {
    return new Sum(one.organizationId, one.count + other.count, other.source);
  }

  void tell() {
    for (String keyId : List.copyOf(sums.keySet())) {
      Sum sum = sums.remove(keyId);
      if (sum != null) {
        Map<String, @Nullable Object> details = new LinkedHashMap<>(sum.source);
        details.put("count", sum.count);
        inbox.tell(InboxEvent.keyRefused(sum.organizationId, keyId, details));
      }
    }
  }

  @Override
  public void start() {
    telling = Flux.interval(EVERY).onBackpressureDrop().subscribe(tick -> tell());
  }

  @Override
  public void stop() {
    Disposable current = telling;
    if (current != null) {
      current.dispose();
      telling = null;
      tell();
    }
  }

  @Override
  public boolean isRunning() {
    return telling != null;
  }

  /** Before what stores its last word. */
  @Override
  public int getPhase() {
    return Integer.MIN_VALUE + 1001;
  }
}
