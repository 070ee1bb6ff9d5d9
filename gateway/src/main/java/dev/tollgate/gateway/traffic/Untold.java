package dev.tollgate.gateway.traffic;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.tollgate.gateway.traffic.LimitKind.Shape;
import dev.tollgate.gateway.traffic.TrafficStore.Hold;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What this gateway has taken of its shares, and Redis has not heard of yet. Thread-safe. */
final class Untold {

  private final LongSupplier nanoClock;
  private final LongSupplier redisMicros;
  private final Counter lost;
  private final Cache<Id, UntoldUse> uses;

  private record Id(String organizationId, TrafficLimit.Id limit) {}

  /**
   * @param redisMicros what Redis' clock says, as far as it is known
   * @param most limits that are remembered
   */
  Untold(LongSupplier nanoClock, LongSupplier redisMicros, int most, MeterRegistry meters) {
    this.nanoClock = nanoClock;
    this.redisMicros = redisMicros;
    this.lost =
        Counter.builder("tollgate.traffic.untold.lost")
            .description("Limits of which Redis never hears what was taken while it was away")
            .register(meters);
    this.uses =
        Caffeine.newBuilder()
            .maximumSize(most)
            .executor(Runnable::run)
            .evictionListener(
                (@Nullable Id id, @Nullable UntoldUse use, RemovalCause cause) -> lost(1))
            .build();
    meters.gauge("tollgate.traffic.untold", this, untold -> (double) untold.size());
  }

  void lost(int limits) {
    lost.increment(limits);
  }

  long size() {
    return uses.estimatedSize();
  }

  /**
   * Remembers what was taken, and what of it is corrected from now on.
   *
   * @param demanded of whole limits
   * @param taken of the shares of the same, in the same order
   * @return what is to be held instead
   */
  Hold remember(String organizationId, List<Claim> demanded, Hold taken) {
    Remembered hold = new Remembered(organizationId, demanded, taken, redisMicros.getAsLong());
    hold.add(taken.claims().stream().mapToLong(Claim::amount).toArray());
    return hold;
  }

  /** Takes out all of it, by organization. */
  Map<String, List<UntoldUse>> takeAll() {
    Map<String, List<UntoldUse>> all = new HashMap<>();
    for (Id id : uses.asMap().keySet()) {
      UntoldUse use = uses.asMap().remove(id);
      if (use != null) {
        all.computeIfAbsent(id.organizationId(), one -> new ArrayList<>()).add(use);
      }
    }
    return all;
  }

  private final class Remembered implements Hold {

    private final String organizationId;
    private final List<Claim> demanded;
    private final Hold share;
    private final long micros;

    /**
     * @param micros when it was taken
     */
    Remembered(String organizationId, List<Claim> demanded, Hold share, long micros) {
      this.organizationId = organizationId;
      this.demanded = demanded;
      this.share = share;
      this.micros = micros;
    }

    @Override
    public List<Claim> claims() {
      return share.claims();
    }

    @Override
    public void correct(long[] changes) {
      share.correct(changes);
      add(changes);
    }

    void add(long[] changes) {
      long now = nanoClock.getAsLong();
      for (int i = 0; i < changes.length; i++) {
        if (changes[i] != 0) {
          UntoldUse use = use(i, changes[i], now);
          var _ = uses.asMap().merge(new Id(organizationId, use.limit().id()), use, UntoldUse::and);
        }
      }
    }

    private UntoldUse use(int place, long change, long now) {
      TrafficLimit limit = demanded.get(place).limit();
      if (limit.kind().shape() == Shape.WINDOW) {
        long window = Math.floorDiv(micros, RedisQuestion.micros(limit));
        return new UntoldUse(limit, 0, change, now, window, micros);
      }
      TrafficLimit part = share.claims().get(place).limit();
      double back = (double) part.refill() / part.kind().periodNanos();
      return new UntoldUse(limit, back, change, now, 0, micros);
    }
  }
}
