package dev.tollgate.gateway.traffic;

import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;

/** Forgets counts when everything that was taken of them is back. */
final class FullAgain implements Expiry<CounterKey, Counters> {

  /** Longer than any window: of a new count nobody has said yet what it counts. */
  private static final long NEW = Duration.ofHours(25).toNanos();

  @Override
  public long expireAfterCreate(CounterKey key, Counters counters, long now) {
    return NEW;
  }

  @Override
  public long expireAfterUpdate(CounterKey key, Counters counters, long now, long current) {
    return expireAfterRead(key, counters, now, current);
  }

  @Override
  public long expireAfterRead(CounterKey key, Counters counters, long now, long current) {
    long kept = counters.keptNanos();
    return kept == 0 ? NEW : kept;
  }
}
