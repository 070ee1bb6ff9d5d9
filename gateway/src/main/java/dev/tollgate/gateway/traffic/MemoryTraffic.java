package dev.tollgate.gateway.traffic;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.gateway.traffic.Clocks.Now;
import dev.tollgate.gateway.traffic.LimitKind.Shape;
import dev.tollgate.gateway.traffic.TrafficStore.Outcome.Refused;
import dev.tollgate.gateway.traffic.TrafficStore.Outcome.Taken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
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
  private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

  /**
   * @param share what this gateway may take by itself of a limit that others count too; null: all
   * @param maxCounted subjects, and models of subjects, that are remembered at most
   */
  public MemoryTraffic(
      Seeds seeds, Clocks clocks, @Nullable LongUnaryOperator share, int maxCounted) {
    this.seeds = seeds;
    this.clocks = clocks;
    this.share = share;
    this.counters =
        Caffeine.newBuilder()
            .maximumSize(maxCounted)
            .ticker(clocks::nanos)
            .executor(Runnable::run)
            .expireAfter(new FullAgain())
            .build();
  }

  /** How many subjects are counted. */
  public long size() {
    return counters.estimatedSize();
  }

  /** Done by and by anyway. */
  void forgetWhatIsBack() {
    counters.cleanUp();
  }

  @Override
  public Mono<Outcome> take(String organizationId, List<Claim> demanded) {
    return Mono.defer(() -> {
      List<Claim> claims = own(demanded);
      Object lock = lock(organizationId);
      Set<CounterKey> unknown;
      synchronized (lock) {
        Counters[] subjects = subjects(claims);
        unknown = unseeded(claims, subjects);
        if (unknown.isEmpty()) {
          return Mono.just(judge(organizationId, claims, subjects));
        }
      }
      return seed(unknown, lock).then(judgedUnder(lock, organizationId, claims));
    });
  }

  private Mono<Outcome> judgedUnder(Object lock, String organizationId, List<Claim> claims) {
    return Mono.fromSupplier(() -> {
      synchronized (lock) {
        Counters[] subjects = subjects(claims);
        var _ = unseeded(claims, subjects);
        return judge(organizationId, claims, subjects);
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

  /** For each claim; claims of one subject stand beside each other. */
  private Counters[] subjects(List<Claim> claims) {
    Counters[] subjects = new Counters[claims.size()];
    Now now = clocks.now();
    for (int i = 0; i < subjects.length; i++) {
      CounterKey key = claims.get(i).limit().key();
      subjects[i] =
          i > 0 && key.equals(claims.get(i - 1).limit().key())
              ? subjects[i - 1]
              : counters.get(key, one -> new Counters(now, share)).at(now);
    }
    return subjects;
  }

  /** Whose past must be known first. */
  private Set<CounterKey> unseeded(List<Claim> claims, Counters[] subjects) {
    Set<CounterKey> unseeded = Set.of();
    for (int i = 0; i < subjects.length; i++) {
      var _ = subjects[i].of(claims.get(i).limit());
      if (subjects[i].needsSeed()) {
        unseeded = unseeded.isEmpty() ? new LinkedHashSet<>() : unseeded;
        unseeded.add(claims.get(i).limit().key());
      }
    }
    return unseeded;
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
                      known.at(clocks.now()).seed(used, at);
                    }
                  }
                }))
        .then();
  }

  private Outcome judge(String organizationId, List<Claim> demanded, Counters[] subjects) {
    List<Claim> claims = new ArrayList<>(demanded);
    Counter[] counts = new Counter[subjects.length];
    Claim reached = null;
    long longest = 0;
    for (int i = 0; i < counts.length; i++) {
      Claim claim = claims.get(i);
      counts[i] = subjects[i].of(claim.limit());
      if (share != null && claim.limit().kind().shape() == Shape.WINDOW) {
        // Nobody is turned away until midnight for output that may never come.
        claim = claim.within(counts[i].standing().remaining());
        claims.set(i, claim);
      }
      long wait = nanosUntil(claim, counts[i]);
      if (wait > longest) {
        longest = wait;
        reached = claim;
      }
      askAgain(claim, subjects[i], organizationId);
    }
    return reached == null
        ? take(organizationId, claims, counts)
        : new Refused(claims, standings(counts), reached, longest);
  }

  private static long nanosUntil(Claim claim, Counter count) {
    if (claim.amount() == 0) {
      return 0;
    }
    return claim.neverFits() ? Refused.NEVER : count.nanosUntil(claim.amount());
  }

  /** What could not be known when it was first used is put right later; nobody waits for it. */
  private void askAgain(Claim claim, Counters subject, String organizationId) {
    if (subject.wantsSeed()) {
      var _ = seed(List.of(claim.limit().key()), lock(organizationId)).subscribe();
    }
  }

  private Outcome take(String organizationId, List<Claim> claims, Counter[] counts) {
    long[] windows = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      windows[i] = counts[i].window();
      long amount = claims.get(i).amount();
      if (amount > 0) {
        counts[i].take(amount);
      }
    }
    return new Taken(new Hold(this, organizationId, claims, windows), standings(counts));
  }

  private static List<Standing> standings(Counter[] counts) {
    List<Standing> standings = new ArrayList<>(counts.length);
    for (Counter count : counts) {
      standings.add(count.standing());
    }
    return standings;
  }

  @Override
  public void correct(Hold hold, long[] changes) {
    synchronized (lock(hold.organizationId())) {
      Now now = clocks.now();
      CounterKey key = null;
      Counters subject = null;
      for (int i = 0; i < changes.length; i++) {
        TrafficLimit limit = hold.claims().get(i).limit();
        if (changes[i] == 0) {
          continue;
        }
        if (!limit.key().equals(key)) {
          key = limit.key();
          subject = counters.getIfPresent(key);
        }
        if (subject != null) {
          subject.at(now).correct(limit.kind(), changes[i], hold.windows()[i]);
          rememberDebt(limit.key(), changes[i]);
        }
      }
    }
  }

  /** It may have to be remembered longer than the cache was told. */
  private void rememberDebt(CounterKey key, long change) {
    if (change > 0) {
      var _ = counters.getIfPresent(key);
    }
  }
}
