package dev.tollgate.gateway.snapshot.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.snapshot.Lookup;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class SnapshotCacheTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What is stored under one key: its id, and which version of it. */
  private record Stored(String id, int version) {}

  private final Deque<Sinks.One<Lookup<Stored>>> loads = new ArrayDeque<>();
  private final Deque<Runnable> removals = new ArrayDeque<>();
  private int loadCount;
  private final SnapshotCache<String, Stored> cache = cache(Duration.ofMinutes(1));

  private SnapshotCache<String, Stored> cache(Duration unknownFor) {
    return new SnapshotCache<>(
        100,
        unknownFor,
        PATIENCE,
        key -> {
          loadCount++;
          Sinks.One<Lookup<Stored>> load = Sinks.one();
          loads.add(load);
          return load.asMono();
        },
        Stored::id,
        removals::add);
  }

  private void answer(Lookup<Stored> lookup) {
    loads.removeFirst().tryEmitValue(lookup).orThrow();
  }

  private static Lookup<Stored> version(int version) {
    return new Lookup.Found<>(new Stored("id", version));
  }

  private void hold(int version) {
    Mono<Lookup<Stored>> loading = cache.get("key");
    answer(version(version));
    expect(loading, version(version));
  }

  private static void expect(Mono<Lookup<Stored>> lookup, Lookup<Stored> expected) {
    StepVerifier.create(lookup).expectNext(expected).expectComplete().verify(PATIENCE);
  }

  @Test
  void loadsOnceForAllThatWait() {
    Mono<Lookup<Stored>> first = cache.get("key");
    Mono<Lookup<Stored>> second = cache.get("key");

    answer(version(1));

    expect(first, version(1));
    expect(second, version(1));
    assertThat(loadCount).isEqualTo(1);
  }

  @Test
  void answersFromMemoryWithoutLoading() {
    hold(1);

    expect(cache.get("key"), version(1));

    assertThat(loadCount).isEqualTo(1);
  }

  @Test
  void loadsAgainAfterAnEviction() {
    hold(1);

    cache.evict("id");

    hold(2);
    assertThat(loadCount).isEqualTo(2);
  }

  @Test
  void keepsOthersThroughAnEviction() {
    hold(1);

    cache.evict("another id");

    expect(cache.get("key"), version(1));
    assertThat(loadCount).isEqualTo(1);
  }

  @Test
  void evictsWhatWasLoadedAgainBeforeTheRemovalWasNoted() {
    hold(1);
    cache.evict("id");
    hold(2);
    noteRemovals();

    cache.evict("id");

    hold(3);
    assertThat(loadCount).isEqualTo(3);
  }

  private void noteRemovals() {
    while (!removals.isEmpty()) {
      removals.removeFirst().run();
    }
  }

  @Test
  void evictsAgainAndAgainWhereRemovalsAreNotedAtOnce() {
    SnapshotCache<String, Stored> direct =
        new SnapshotCache<>(
            100, PATIENCE, PATIENCE, key -> Mono.just(version(++loadCount)), Stored::id);
    for (int version = 1; version <= 3; version++) {
      expect(direct.get("key"), version(version));
      expect(direct.get("key"), version(version));
      direct.evict("id");
    }
  }

  @Test
  void sharesNoLoadThatAnEvictionOvertookWithThoseWhoAskAfterwards() {
    Mono<Lookup<Stored>> before = cache.get("key");
    cache.evict("id");
    Mono<Lookup<Stored>> after = cache.get("key");

    answer(version(1));
    answer(version(2));

    expect(before, version(1));
    expect(after, version(2));
    assertThat(loadCount).isEqualTo(2);
  }

  @Test
  void doesNotKeepALoadThatAnEvictionOvertook() {
    Mono<Lookup<Stored>> overtaken = cache.get("key");
    cache.evict("id");
    answer(version(1));
    expect(overtaken, version(1));

    hold(2);
  }

  @Test
  void doesNotKeepALoadThatAConditionalEvictionOvertook() {
    Mono<Lookup<Stored>> overtaken = cache.get("key");
    cache.evictIf(stored -> true);
    answer(version(1));
    expect(overtaken, version(1));

    hold(2);
  }

  @Test
  void doesNotKeepALoadThatAnEvictionOfAllOvertook() {
    Mono<Lookup<Stored>> overtaken = cache.get("key");
    cache.evictAll();
    answer(version(1));
    expect(overtaken, version(1));

    hold(2);
  }

  @Test
  void evictsByCondition() {
    hold(1);
    cache.evictIf(stored -> stored.version() == 2);
    expect(cache.get("key"), version(1));

    cache.evictIf(stored -> stored.version() == 1);

    hold(2);
  }

  @Test
  void answersUnavailableWhenTheLoadFailsAndTriesAgain() {
    Mono<Lookup<Stored>> failing = cache.get("key");
    loads.removeFirst().tryEmitError(new IllegalStateException("down")).orThrow();
    expect(failing, new Lookup.Unavailable<>());

    hold(1);
  }

  @Test
  void answersUnavailableWhenTheLoaderItselfThrows() {
    SnapshotCache<String, Stored> broken =
        new SnapshotCache<>(
            1,
            PATIENCE,
            PATIENCE,
            key -> {
              throw new IllegalStateException("no connection");
            },
            Stored::id);

    expect(broken.get("key"), new Lookup.Unavailable<>());
  }

  @Test
  void answersUnavailableWhenTheLoadTakesTooLong() {
    SnapshotCache<String, Stored> frozen =
        new SnapshotCache<>(1, PATIENCE, Duration.ofMillis(10), key -> Mono.never(), Stored::id);

    expect(frozen.get("key"), new Lookup.Unavailable<>());
  }

  @Test
  void remembersWhatIsUnknown() {
    Mono<Lookup<Stored>> unknown = cache.get("key");
    answer(new Lookup.Unknown<>());
    expect(unknown, new Lookup.Unknown<>());

    expect(cache.get("key"), new Lookup.Unknown<>());
    assertThat(loadCount).isEqualTo(1);
  }

  @Test
  void asksAgainForWhatWasUnknownAShortTimeAgo() {
    SnapshotCache<String, Stored> forgetful = cache(Duration.ofNanos(1));
    Mono<Lookup<Stored>> unknown = forgetful.get("key");
    answer(new Lookup.Unknown<>());
    expect(unknown, new Lookup.Unknown<>());

    Mono<Lookup<Stored>> again = forgetful.get("key");
    answer(version(1));
    expect(again, version(1));
  }
}
