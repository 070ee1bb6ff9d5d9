package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.streaming.AnswerObserver;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Follows one request from the first call to a provider to its end, and tells of it once. */
public final class UsageMeter implements AnswerObserver {

  /** Set by the usage metering stage. */
  public static final StateKey<UsageMeter> KEY = StateKey.named("usage meter");

  private final UsagePricing.OfRequest pricing;
  private final Consumer<Finished> whenFinished;
  private final AtomicBoolean finished = new AtomicBoolean();

  private volatile @Nullable ServiceSnapshot service;
  private volatile @Nullable UsageReader reader;
  private volatile int attempts;
  private volatile int status;
  private volatile boolean streamed;
  private volatile boolean followingAnswer;
  private volatile boolean requestEnded;
  private volatile long firstByteNanos;
  private volatile @Nullable Rejection endedBy;

  /** What the answer said, once it has been asked; set under the lock of {@link #finished}. */
  private @Nullable UsageReading readOut;

  private volatile @Nullable Charge charge;

  public UsageMeter(UsagePricing.OfRequest pricing, Consumer<Finished> whenFinished) {
    this.pricing = pricing;
    this.whenFinished = whenFinished;
  }

  /**
   * What is known of a request at its end.
   *
   * @param service the one called last
   * @param status of the provider's answer; 0 if there was none
   * @param firstByteNanos {@link System#nanoTime()} at the first byte of the body; 0 if there was
   *     none
   * @param charge what it costs; null: not known
   */
  public record Finished(
      ServiceSnapshot service,
      int attempts,
      int status,
      boolean streamed,
      long firstByteNanos,
      UsageReading reading,
      @Nullable Charge charge,
      UsageEvent.Outcome outcome,
      @Nullable String errorCode) {}

  /** A provider is about to be called. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one attempt at a time
  public void calling(ServiceSnapshot called) {
    service = called;
    attempts++;
  }

  /** The provider's answer begins. */
  public void answered(int answeredStatus, boolean eventStream) {
    status = answeredStatus;
    streamed = eventStream;
  }

  /** The answer's body will tell what was used. */
  public void readUsage(Protocol protocol, HttpHeaders headers) {
    reader =
        UsageReaders.forAnswer(
            protocol,
            headers.getFirst(HttpHeaders.CONTENT_TYPE),
            headers.getFirst(HttpHeaders.CONTENT_ENCODING));
  }

  /** The answer is read by {@code own}, which the caller shows it to. */
  public void readUsage(UsageReader own) {
    reader = own;
  }

  @Override
  public void passed(ByteBuf chunk) {
    if (firstByteNanos == 0) {
      firstByteNanos = System.nanoTime();
    }
    UsageReader current = reader;
    if (current != null) {
      accept(current, chunk);
    }
  }

  /** A client that goes away may end the request from another thread while a chunk passes. */
  private void accept(UsageReader current, ByteBuf chunk) {
    synchronized (finished) {
      if (!finished.get() && readOut == null) {
        current.accept(chunk);
      }
    }
  }

  private UsageReading read() {
    UsageReader current = reader;
    if (current == null) {
      return UsageReading.NOTHING;
    }
    synchronized (finished) {
      UsageReading known = readOut == null ? current.read() : readOut;
      readOut = known;
      return known;
    }
  }

  /**
   * What the request costs, once the whole of its answer has passed; null where that is not known.
   */
  public @Nullable Charge charge() {
    ServiceSnapshot called = service;
    if (charge == null && called != null) {
      charge = pricing.charge(called, status, read());
    }
    return charge;
  }

  @Override
  public void begun() {
    followingAnswer = true;
  }

  @Override
  public void cutShort(Rejection reason) {
    endedBy = reason;
    finish(UsageEvent.Outcome.FAILED, reason.code().code());
  }

  @Override
  public void ended() {
    followingAnswer = false;
    if (requestEnded) {
      abandoned();
    }
  }

  @Override
  public void abandoned() {
    finish(UsageEvent.Outcome.CANCELLED, null);
  }

  /**
   * The request has ended as far as the web server knows. While an answer is on its way that only
   * means, however it is signalled, that the client has gone: the answer's own end will tell.
   */
  public void requestEnded(UsageEvent.Outcome outcome, @Nullable String errorCode) {
    requestEnded = true;
    if (!followingAnswer) {
      finish(outcome, errorCode);
    }
  }

  /** By what rule the gateway ended the answer before its provider did; null: it did not. */
  public @Nullable Rejection endedBy() {
    return endedBy;
  }

  /** Whether an answer has begun and not ended: once the request is over, its client has gone. */
  public boolean isFollowingAnswer() {
    return followingAnswer;
  }

  /** Ends the request, an answer that is on its way included; only the first end counts. */
  public void finish(UsageEvent.Outcome outcome, @Nullable String errorCode) {
    ServiceSnapshot called = service;
    if (called == null || !finished.compareAndSet(false, true)) {
      return;
    }
    UsageReading reading = read();
    whenFinished.accept(
        new Finished(
            called,
            attempts,
            status,
            streamed,
            firstByteNanos,
            reading,
            charge(),
            outcome,
            errorCode));
  }
}
