package dev.tollgate.gateway.bodies.internal;

import dev.tollgate.crypto.envelope.EnvelopeException;
import dev.tollgate.gateway.bodies.BodiesProperties;
import dev.tollgate.gateway.bodies.BodySink;
import dev.tollgate.gateway.bodies.KeptBody;
import dev.tollgate.gateway.rounds.Rounds;
import dev.tollgate.gateway.rounds.Steps;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Has bodies stored, one after the other, off the event loops. While the database is away they
 * wait, within the bound of what may be held; then nothing more is borrowed.
 */
final class BodyWriter implements BodySink, SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(BodyWriter.class);
  private static final Duration STORE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LAST_FLUSH = Duration.ofSeconds(5);

  /**
   * What a body costs beside its bytes while it waits: many small ones are held to the bound too.
   */
  private static final int OVERHEAD = 1024;

  private final Function<KeptBody, Mono<Void>> store;
  private final int maxHeld;
  private final Duration flushEvery;
  private final AtomicInteger held = new AtomicInteger();
  private final Scheduler scheduler;
  private final ConcurrentLinkedDeque<KeptBody> waiting = new ConcurrentLinkedDeque<>();
  private final Counter cutShort;
  private final Counter lost;
  private volatile boolean failing;
  private @Nullable Disposable flushing;

  /**
   * @param store seals and stores one; to store one twice must be harmless
   */
  BodyWriter(
      Function<KeptBody, Mono<Void>> store,
      BodiesProperties properties,
      Scheduler scheduler,
      MeterRegistry meters) {
    this.store = store;
    this.scheduler = scheduler;
    this.maxHeld = (int) properties.maxHeld().toBytes();
    this.flushEvery = properties.flushEvery();
    this.cutShort = meters.counter("tollgate.bodies.cut.short");
    this.lost = meters.counter("tollgate.bodies.lost");
    meters.gauge("tollgate.bodies.kept.bytes", held);
  }

  @Override
  public int borrow(int wanted) {
    int before = held.getAndUpdate(now -> now + granted(wanted, now));
    int granted = granted(wanted, before);
    if (granted < wanted) {
      cutShort.increment();
    }
    return granted;
  }

  private int granted(int wanted, int already) {
    return Math.clamp(maxHeld - already, 0, wanted);
  }

  @Override
  public void giveBack(int borrowed) {
    held.addAndGet(-borrowed);
  }

  @Override
  public void keep(KeptBody body) {
    held.addAndGet(OVERHEAD);
    waiting.addLast(body);
  }

  @Override
  public void start() {
    flushing =
        Rounds.start("The storing of bodies", Flux.interval(flushEvery, scheduler), this::flush);
  }

  /** Stores what waits; completes when that is stored, has taken some seconds, or one failed. */
  private Mono<Void> flush() {
    return Mono.defer(() -> Steps.take(1 + waiting.size(), this::storeNext));
  }

  private Mono<Boolean> storeNext() {
    KeptBody body = waiting.pollFirst();
    return body == null ? Mono.just(false) : store(body);
  }

  private Mono<Boolean> store(KeptBody body) {
    AtomicBoolean over = new AtomicBoolean();
    return Mono.defer(() -> store.apply(body))
        .timeout(STORE_TIMEOUT)
        .then(Mono.fromSupplier(() -> done(body)))
        .onErrorResume(failure -> Mono.fromSupplier(() -> failed(body, failure)))
        .doOnTerminate(() -> over.set(true))
        .doOnCancel(() -> putBackUnless(over, body));
  }

  /** Whoever waits for more after it may be cancelled too. */
  private void putBackUnless(AtomicBoolean over, KeptBody body) {
    if (!over.getAndSet(true)) {
      waiting.addFirst(body);
    }
  }

  private boolean done(KeptBody body) {
    failing = false;
    giveBack(body.bytes().length + OVERHEAD);
    return true;
  }

  private boolean failed(KeptBody body, Throwable failure) {
    if (isLost(failure)) {
      lost.increment();
      giveBack(body.bytes().length + OVERHEAD);
      return true;
    }
    if (!failing) {
      failing = true;
      log.warn("Bodies cannot be stored and will be tried again: {}", failure.toString());
    }
    waiting.addFirst(body);
    return false;
  }

  /** Its project's data key is gone, or does not open: nobody could read this. */
  private static boolean isLost(Throwable failure) {
    return failure instanceof R2dbcDataIntegrityViolationException
        || (failure instanceof EnvelopeException
            && !(failure instanceof EnvelopeException.KeyEncryptionKeyUnavailable));
  }

  @Override
  public void stop() {
    Disposable current = flushing;
    if (current != null) {
      current.dispose();
      flushing = null;
      flush().block(LAST_FLUSH);
    }
  }

  @Override
  public boolean isRunning() {
    return flushing != null;
  }

  /** Stopped after the web server has let its last request go, before the database goes. */
  @Override
  public int getPhase() {
    return Integer.MIN_VALUE + 1000;
  }
}
