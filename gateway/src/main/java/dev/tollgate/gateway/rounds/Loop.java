package dev.tollgate.gateway.rounds;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/**
 * Does the same work as long as there is some, never twice at once. No failure ends it for good,
 * not even an error that reactive operators let through: whoever wakes it next lets it go on.
 * Thread-safe.
 */
public final class Loop {

  private static final Logger log = LoggerFactory.getLogger(Loop.class);

  /** An error on some other thread may leave a turn without an end. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final String name;
  private final BooleanSupplier wanted;
  private final Supplier<Mono<Void>> work;
  private final Runnable whenFailed;
  private final LongSupplier nanoClock;
  private final AtomicReference<@Nullable Run> running = new AtomicReference<>();

  /**
   * @param name of the work, for the log
   * @param wanted whether there is something to do; asked on any thread, under no lock
   * @param work one turn of it; is cancelled when it takes longer than ten seconds
   * @param whenFailed is told after a turn that failed; the next may be on its way already
   */
  public Loop(String name, BooleanSupplier wanted, Supplier<Mono<Void>> work, Runnable whenFailed) {
    this(name, wanted, work, whenFailed, System::nanoTime);
  }

  Loop(
      String name,
      BooleanSupplier wanted,
      Supplier<Mono<Void>> work,
      Runnable whenFailed,
      LongSupplier nanoClock) {
    this.name = name;
    this.wanted = wanted;
    this.work = work;
    this.whenFailed = whenFailed;
    this.nanoClock = nanoClock;
  }

  /**
   * There may be something to do: begins, or lets the one go on that is on its way. To be called
   * after {@code wanted} has become true, and while no lock is held that it takes.
   */
  public void wake() {
    Run before = running.get();
    if (before != null) {
      if (!before.isLate()) {
        return;
      }
      failed(before, new TimeoutException("no end after " + LONGEST));
      cancel(before);
    }
    if (wanted.getAsBoolean()) {
      Run run = new Run();
      if (running.compareAndSet(null, run)) {
        begin(run);
      }
    }
  }

  private void begin(Run run) {
    try {
      Mono.defer(work).repeat(run::goesOn).subscribe(run);
    } catch (Throwable e) {
      failed(run, e);
    }
  }

  private void failed(Run run, Throwable failure) {
    if (running.compareAndSet(run, null)) {
      log.error("{} has stumbled and will go on", name, failure);
      whenFailed.run();
    }
  }

  private void cancel(Run run) {
    try {
      run.cancel();
    } catch (Throwable e) {
      log.error("{} could not be cancelled", name, e);
    }
  }

  private final class Run extends BaseSubscriber<Void> {

    private volatile long begunAt = nanoClock.getAsLong();

    boolean isLate() {
      return nanoClock.getAsLong() - begunAt > LONGEST.toNanos();
    }

    @SuppressWarnings("ReferenceEquality") // whether it was given up
    boolean goesOn() {
      begunAt = nanoClock.getAsLong();
      return running.get() == this && wanted.getAsBoolean();
    }

    /** Who woke it after it had looked for more would wait for ever. */
    @Override
    protected void hookOnComplete() {
      if (running.compareAndSet(this, null)) {
        wake();
      }
    }

    @Override
    protected void hookOnError(Throwable failure) {
      failed(this, failure);
    }
  }
}
