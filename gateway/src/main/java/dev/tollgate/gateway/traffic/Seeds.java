package dev.tollgate.gateway.traffic;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.gateway.traffic.UsedBefore.Used;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import reactor.core.publisher.Mono;

/**
 * Asks what was used before, once for everybody who waits for it, and never waits long: while the
 * database is away nobody waits, and counts begin at nothing. A subject whose sums take too long is
 * left alone for a while, and the others are not.
 */
public final class Seeds {

  private static final Logger log = LoggerFactory.getLogger(Seeds.class);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(800);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(2);
  private static final int MOST_SILENT = 10_000;

  /** So many subjects at once are not slow of themselves. */
  private static final int ALL_SILENT = 16;

  private final UsedBefore source;
  private final LongSupplier nanoClock;
  private final Counter unknown;
  private final Map<Question, Mono<Optional<Used>>> asked = new ConcurrentHashMap<>();
  private final Cache<CounterKey, Boolean> silent;
  private volatile boolean away;
  private volatile long askAgainAt;

  /** What was used until another hour has begun is no answer to what was used in that hour. */
  private record Question(CounterKey key, Instant hour) {}

  public Seeds(UsedBefore source, LongSupplier nanoClock, MeterRegistry meters) {
    this.source = source;
    this.nanoClock = nanoClock;
    this.silent =
        Caffeine.newBuilder()
            .maximumSize(MOST_SILENT)
            .expireAfterWrite(AGAIN_AFTER)
            .ticker(nanoClock::getAsLong)
            .executor(Runnable::run)
            .build();
    this.unknown =
        Counter.builder("tollgate.traffic.unseeded")
            .description("Counts that began at nothing since the database did not answer")
            .register(meters);
  }

  /** Empty where it is not known in time; never fails. */
  Mono<Optional<Used>> of(CounterKey key, Instant at) {
    return Mono.defer(() ->
        isNotToBeAsked(key)
            ? Mono.fromSupplier(this::unknown)
            : asked.computeIfAbsent(
                new Question(key, at.truncatedTo(ChronoUnit.HOURS)), one -> ask(one, at)));
  }

  private boolean isNotToBeAsked(CounterKey key) {
    return (away && nanoClock.getAsLong() - askAgainAt < 0) || silent.getIfPresent(key) != null;
  }

  private Mono<Optional<Used>> ask(Question question, Instant at) {
    return source
        .used(question.key(), at)
        .timeout(LONGEST_WAIT)
        .map(Optional::of)
        .doOnNext(used -> answered())
        .onErrorResume(failure -> Mono.fromSupplier(() -> failed(question.key(), failure)))
        .doFinally(signal -> asked.remove(question))
        .cache();
  }

  private void answered() {
    if (away) {
      away = false;
      log.info("What was used before is known again: counts are put right when they are next used");
    }
  }

  private Optional<Used> failed(CounterKey key, Throwable failure) {
    silent.put(key, true);
    if (isOfAll(failure)) {
      askAgainAt = nanoClock.getAsLong() + AGAIN_AFTER.toNanos();
      if (!away) {
        away = true;
        log.warn("What was used before is not known, counts begin at 0: {}", failure.toString());
      }
    } else {
      log.warn("What {} used before is not known, it counts from 0: {}", key, failure.toString());
    }
    return unknown();
  }

  /** Whether the database itself is away rather than slow for one subject. */
  private boolean isOfAll(Throwable failure) {
    if (failure instanceof DataAccessResourceFailureException) {
      return true;
    }
    silent.cleanUp();
    return silent.estimatedSize() >= ALL_SILENT;
  }

  private Optional<Used> unknown() {
    unknown.increment();
    return Optional.empty();
  }
}
