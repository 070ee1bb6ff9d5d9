package dev.tollgate.gateway.snapshot.internal;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Policy;
import dev.tollgate.gateway.snapshot.Lookup;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A bounded cache of lookups with one load in flight per key. What was found stays until it is
 * evicted; what is unknown is asked for again after a while; what failed is not kept. A load that
 * an eviction overtakes serves those who already waited, nobody who asks afterwards, and is not
 * kept either.
 *
 * @param <K> what is looked up by
 * @param <V> the snapshot; known to the outside under the id that {@code idOf} gives
 */
final class SnapshotCache<K, V> {

  private static final Logger log = LoggerFactory.getLogger(SnapshotCache.class);

  private final AsyncCache<K, Lookup<V>> lookups;

  /**
   * Reads without a note of it, where there is nothing else that would have to leave sooner: the
   * notes took longer than the reads. Null: there is.
   */
  private final @Nullable Policy<K, Lookup<V>> quietly;

  private final ConcurrentHashMap<K, CompletableFuture<Lookup<V>>> loading =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Set<K>> keysById = new ConcurrentHashMap<>();
  private final Function<K, Mono<Lookup<V>>> loader;
  private final Function<V, String> idOf;
  private final Duration loadTimeout;
  private final AtomicLong evictions = new AtomicLong();

  SnapshotCache(
      int maximumSize,
      Duration unknownFor,
      Duration loadTimeout,
      Function<K, Mono<Lookup<V>>> loader,
      Function<V, String> idOf) {
    // in place: a thread of a pool would be woken every few reads, which cost more than the reads
    this(maximumSize, unknownFor, loadTimeout, loader, idOf, Runnable::run);
  }

  /**
   * As the other, for tests.
   *
   * @param removals where removals are noted
   */
  SnapshotCache(
      int maximumSize,
      Duration unknownFor,
      Duration loadTimeout,
      Function<K, Mono<Lookup<V>>> loader,
      Function<V, String> idOf,
      Executor removals) {
    this.loader = loader;
    this.idOf = idOf;
    this.loadTimeout = loadTimeout;
    this.lookups =
        Caffeine.newBuilder()
            .executor(removals)
            .maximumSize(maximumSize)
            .expireAfter(
                Expiry.<K, Lookup<V>>creating((key, lookup) ->
                    lookup instanceof Lookup.Unknown
                        ? unknownFor
                        : Duration.ofNanos(Long.MAX_VALUE)))
            .<K, Lookup<V>>removalListener((key, lookup, cause) -> forget(key, lookup))
            .buildAsync();
    this.quietly = maximumSize == 1 ? lookups.synchronous().policy() : null;
  }

  /** What is in memory at once, else what the loader says; unavailable if that fails. */
  Mono<Lookup<V>> get(K key) {
    Lookup<V> known = quietly == null ? null : quietly.getIfPresentQuietly(key);
    if (known != null) {
      return Mono.just(known);
    }
    CompletableFuture<Lookup<V>> lookup = lookups.getIfPresent(key);
    if (lookup == null) {
      lookup = loadOnce(key);
    }
    if (lookup.state() == CompletableFuture.State.SUCCESS) {
      return Mono.just(lookup.resultNow());
    }
    return Mono.fromFuture(lookup, true);
  }

  /**
   * Not by computing in the cache: a load that is done at once may evict, which its lock forbids.
   */
  private CompletableFuture<Lookup<V>> loadOnce(K key) {
    CompletableFuture<Lookup<V>> own = new CompletableFuture<>();
    CompletableFuture<Lookup<V>> earlier = lookups.asMap().putIfAbsent(key, own);
    if (earlier != null) {
      return earlier;
    }
    loading.put(key, own);
    load(key, own);
    return own;
  }

  private void load(K key, CompletableFuture<Lookup<V>> loaded) {
    long evictionsBefore = evictions.get();
    Mono.defer(() -> loader.apply(key))
        .timeout(loadTimeout)
        .doFinally(signal -> loading.remove(key, loaded))
        .subscribe(
            lookup -> loaded(key, loaded, lookup, evictionsBefore),
            failure -> failed(key, loaded, failure));
  }

  /** Not kept, and no failure to the cache, which would log each with its trace. */
  private void failed(K key, CompletableFuture<Lookup<V>> loaded, Throwable failure) {
    log.warn("A snapshot could not be loaded: {}", failure.toString());
    lookups.asMap().remove(key, loaded);
    loaded.complete(new Lookup.Unavailable<>());
  }

  /**
   * Registered first, shown second, checked last: an eviction that comes before the check is seen
   * in the count, one that comes after it finds what was shown.
   */
  private void loaded(
      K key, CompletableFuture<Lookup<V>> loaded, Lookup<V> lookup, long evictionsBefore) {
    if (lookup instanceof Lookup.Found<V>(V value)) {
      register(idOf.apply(value), key);
    }
    loaded.complete(lookup);
    if (evictions.get() != evictionsBefore) {
      lookups.synchronous().invalidate(key);
    }
  }

  private void register(String id, K key) {
    keysById.compute(
        id,
        (same, keys) -> {
          Set<K> registered = keys == null ? ConcurrentHashMap.newKeySet() : keys;
          registered.add(key);
          return registered;
        });
  }

  /**
   * Comes when the removal is done, or later still: by then the key may be held or loaded anew, and
   * must stay registered, or no change would evict it any more.
   */
  private void forget(@Nullable K key, @Nullable Lookup<V> lookup) {
    if (key != null && lookup instanceof Lookup.Found<V>(V value)) {
      keysById.computeIfPresent(
          idOf.apply(value),
          (id, keys) -> {
            if (!lookups.asMap().containsKey(key)) {
              keys.remove(key);
            }
            return keys.isEmpty() ? null : keys;
          });
    }
  }

  /** Drops the snapshot of this id under whatever keys it is held. */
  void evict(String id) {
    evictions.incrementAndGet();
    abandonLoads();
    Set<K> keys = keysById.get(id);
    if (keys != null) {
      keys.forEach(lookups.synchronous()::invalidate);
    }
  }

  /** Whose they are shows when they are done; who asks from now on must not get what was before. */
  private void abandonLoads() {
    loading.forEach((key, load) -> lookups.asMap().remove(key, load));
  }

  /** Drops what {@code condition} is true of. */
  void evictIf(Predicate<V> condition) {
    evictions.incrementAndGet();
    abandonLoads();
    lookups
        .synchronous()
        .asMap()
        .values()
        .removeIf(lookup -> lookup instanceof Lookup.Found<V>(V value) && condition.test(value));
  }

  /** Drops everything, loads in flight included. */
  void evictAll() {
    evictions.incrementAndGet();
    lookups.asMap().clear();
  }
}
