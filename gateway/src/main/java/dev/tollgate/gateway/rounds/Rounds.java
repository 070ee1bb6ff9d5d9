package dev.tollgate.gateway.rounds;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Does the same work again and again, never twice at once, until it is disposed of. No failure of
 * one round ends the next ones: neither an error that reactive operators let through, such as that
 * of a fault of a mapped file, nor one that comes of the round's being cancelled. Thread-safe.
 */
public final class Rounds implements Disposable {

  private static final Logger log = LoggerFactory.getLogger(Rounds.class);

  /** An error on some other thread may leave a round without an end. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final String name;
  private final Supplier<Mono<Void>> work;
  private final Mono<?> tooLong;
  private final AtomicReference<@Nullable Round> running = new AtomicReference<>();
  private volatile @Nullable Disposable ticking;
  private volatile boolean failing;
  private volatile boolean over;

  private Rounds(String name, Mono<?> tooLong, Supplier<Mono<Void>> work) {
    this.name = name;
    this.tooLong = tooLong;
    this.work = work;
  }

  /**
   * Begins.
   *
   * @param name of the work, for the log
   * @param ticks begin a round each, unless the one before is still on its way
   * @param work is cancelled when it takes longer than a minute
   */
  public static Rounds start(String name, Flux<Long> ticks, Supplier<Mono<Void>> work) {
    return start(name, ticks, Mono.delay(LONGEST), work);
  }

  static Rounds start(String name, Flux<Long> ticks, Mono<?> tooLong, Supplier<Mono<Void>> work) {
    Rounds rounds = new Rounds(name, tooLong, work);
    rounds.ticking = ticks.subscribe(tick -> rounds.begin());
    return rounds;
  }

  private void begin() {
    Round round = new Round();
    if (!running.compareAndSet(null, round)) {
      return;
    }
    try {
      if (over) {
        var _ = giveUp(round);
      } else {
        round.watch();
        Mono.defer(work).subscribe(round);
      }
    } catch (Throwable e) {
      var _ = giveUp(round);
      if (hasBegunToFail()) {
        log.error("{} failed and will be tried again", name, e);
      }
    }
  }

  private void watched(Round round) {
    if (giveUp(round)) {
      log.warn("{} took too long and will be tried again", name);
    }
  }

  /**
   * The next may begin before this one is cancelled: what it has begun is told, and may fail so
   * that nothing is reached that stands after it.
   */
  private boolean giveUp(Round round) {
    boolean current = running.compareAndSet(round, null);
    if (current) {
      try {
        round.cancel();
      } catch (Throwable e) {
        log.error("{} could not be cancelled", name, e);
      } finally {
        round.watchdog.dispose();
      }
    }
    return current;
  }

  /** What fails every time would fill the log. */
  private boolean hasBegunToFail() {
    boolean before = failing;
    failing = true;
    return !before;
  }

  /** Cancels the round that is on its way. */
  @Override
  public void dispose() {
    over = true;
    Disposable own = ticking;
    if (own != null) {
      own.dispose();
    }
    Round round = running.get();
    if (round != null) {
      var _ = giveUp(round);
    }
  }

  @Override
  public boolean isDisposed() {
    return over;
  }

  private final class Round extends BaseSubscriber<Void> {

    private final Disposable.Swap watchdog = Disposables.swap();

    void watch() {
      watchdog.update(tooLong.subscribe(late -> watched(this)));
    }

    @Override
    protected void hookOnComplete() {
      if (failing) {
        failing = false;
        log.info("{} works again", name);
      }
    }

    @Override
    protected void hookOnError(Throwable failure) {
      if (hasBegunToFail()) {
        log.warn("{} failed and will be tried again: {}", name, failure.toString());
      }
    }

    @Override
    protected void hookFinally(SignalType type) {
      watchdog.dispose();
      var _ = running.compareAndSet(this, null);
    }
  }
}
