package dev.tollgate.gateway.traffic;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.tollgate.gateway.traffic.Clocks.Now;
import dev.tollgate.gateway.traffic.TrafficStore.Outcome.Refused;
import dev.tollgate.gateway.traffic.TrafficStore.Outcome.Taken;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Counts of one gateway. All of an organization are judged and taken under one lock, which is held
 * for microseconds and never while anything is asked of anybody.
 */
public final class MemoryTraffic implements TrafficStore {

  private static final int LOCKS = 64;

  private final Seeds seeds;
  private final Clocks clocks;
  private final @Nullable LongUnaryOperator share;
  private final Cache<CounterKey, Counters> counters;
  private final Policy<CounterKey, Counters> quietly;
  private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

  /** When anything was last asked. */
  private volatile long latestNanos;

  /**
   * @param share what this gateway may take by itself of a limit that others count too; null: all
   * @param maxCounted subjects, and models of subjects, that are remembered at most
   */
  public MemoryTraffic(
      Seeds seeds, Clocks clocks, @Nullable LongUnaryOperator share, int maxCounted) {
    this.seeds = seeds;
    this.clocks = clocks;
    this.share = share;
    this.latestNanos = clocks.nanos();
    this.counters =
        Caffeine.newBuilder()
            .maximumSize(maxCounted)
            // Read for each subject, for which the time of the request will do.
            .ticker(() -> latestNanos)
            .executor(Runnable::run)
            .expireAfter(new FullAgain())
            .evictionListener(
                (@Nullable CounterKey key, @Nullable Counters subject, RemovalCause cause) ->
                    forget(subject))
            .build();
    this.quietly = counters.policy();
  }

  private static void forget(@Nullable Counters subject) {
    if (subject != null) {
      subject.forget();
    }
  }

  /** How many subjects are counted. */
  public long size() {
    return counters.estimatedSize();
  }

  /** Done by and by anyway. */
  void forgetWhatIsBack() {
    latestNanos = clocks.nanos();
    counters.cleanUp();
  }

  @Override
  public Mono<Outcome> take(String organizationId, List<Claim> demanded) {
    return Mono.defer(() -> {
      List<Claim> claims = own(demanded);
      Object lock = lock(organizationId);
      Set<CounterKey> unknown;
      synchronized (lock) {
        Judgment judgment = judge(claims);
        unknown = judgment.unseeded();
        if (unknown.isEmpty()) {
          return Mono.just(end(organizationId, judgment));
        }
      }
      return seed(unknown, lock).then(judgedUnder(lock, organizationId, claims));
    });
  }

  private Mono<Outcome> judgedUnder(Object lock, String organizationId, List<Claim> claims) {
    return Mono.fromSupplier(() -> {
      synchronized (lock) {
        return end(organizationId, judge(claims));
      }
    });
  }

  private List<Claim> own(List<Claim> demanded) {
    LongUnaryOperator part = share;
    return part == null ? demanded : demanded.stream().map(claim -> claim.shared(part)).toList();
  }

  private Object lock(String organizationId) {
    return locks[Math.floorMod(organizationId.hashCode(), LOCKS)];
  }

  private Judgment judge(List<Claim> claims) {
    Now now = now();
    Judgment judgment = new Judgment(claims, share != null);
    CounterKey key = null;
    Counters subject = null;
    for (Claim claim : claims) {
      CounterKey own = claim.limit().key();
      if (subject == null || !own.equals(key)) {
        key = own;
        subject = subject(own, now).at(now);
      }
      judgment.add(claim, subject);
    }
    return judgment;
  }

  /** That it is in use the cache is told once a while: to tell it took longer than to read. */
  private Counters subject(CounterKey key, Now now) {
    Counters known = quietly.getIfPresentQuietly(key);
    return known != null && !known.wantsNote(now.nanos())
        ? known
        : counters.get(key, one -> new Counters(now, share));
  }

  private Now now() {
    Now now = clocks.now();
    latestNanos = now.nanos();
    return now;
  }

  private Mono<Void> seed(Iterable<CounterKey> keys, Object lock) {
    long at = clocks.epochMillis().getAsLong();
    return Flux.fromIterable(keys)
        .flatMap(key ->
            seeds
                .of(key, Instant.ofEpochMilli(at))
                .doOnNext(used -> {
                  synchronized (lock) {
                    Counters known = counters.getIfPresent(key);
                    if (known != null) {
                      known.at(now()).seed(used, at);
                    }
                  }
                }))
        .then();
  }

  private Outcome end(String organizationId, Judgment judgment) {
    lookAfter(organizationId, judgment);
    Refused refusal = judgment.refusal();
    if (refusal != null) {
      return refusal;
    }
    Held held = new Held(organizationId, judgment.claims(), judgment.subjects(), judgment.take());
    return new Taken(held, judgment.standings());
  }

  private void lookAfter(String organizationId, Judgment judgment) {
    Counters[] subjects = judgment.subjects();
    for (int i = 0; i < subjects.length; i++) {
      CounterKey key = judgment.claims().get(i).limit().key();
      if (subjects[i].isFirstUse()) {
        // Only now it is known how long it is to be remembered.
        var _ = counters.getIfPresent(key);
      }
      if (subjects[i].wantsSeed()) {
        // What could not be known then is put right later; nobody waits for it.
        var _ = seed(List.of(key), lock(organizationId)).subscribe();
      }
    }
  }

  /** Claims that were taken here. */
  private final class Held implements Hold {

    private final String organizationId;
    private final List<Claim> claims;
    private final Counters[] subjects;
    private final long[] windows;

    Held(String organizationId, List<Claim> claims, Counters[] subjects, long[] windows) {
      this.organizationId = organizationId;
      this.claims = claims;
      this.subjects = subjects;
      this.windows = windows;
    }

    @Override
    public List<Claim> claims() {
      return claims;
    }

    @Override
    public void correct(long[] changes) {
      synchronized (lock(organizationId)) {
        Now now = now();
        for (int i = 0; i < changes.length; i++) {
          TrafficLimit limit = claims.get(i).limit();
          Counters subject = changes[i] == 0 ? null : counted(subjects[i], limit.key());
          if (subject != null) {
            subject.at(now).correct(limit.kind(), changes[i], windows[i]);
            rememberDebt(limit.key(), changes[i]);
          }
        }
      }
    }
  }

  /** What is counted of a subject now; null: nothing is. */
  private @Nullable Counters counted(Counters before, CounterKey key) {
    return before.isForgotten() ? counters.getIfPresent(key) : before;
  }

  /** It may have to be remembered longer than the cache was told. */
  private void rememberDebt(CounterKey key, long change) {
    if (change > 0) {
      var _ = counters.getIfPresent(key);
    }
  }
}
