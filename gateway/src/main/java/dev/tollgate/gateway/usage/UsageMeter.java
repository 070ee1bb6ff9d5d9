package dev.tollgate.gateway.usage;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.pipeline.StateKey;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.streaming.AnswerObserver;
import dev.tollgate.gateway.tokens.OutputTokens;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Follows one request from the first call to a provider to its end, and tells of it once. */
public final class UsageMeter implements AnswerObserver {

  /** Set by the usage metering stage. */
  public static final StateKey<UsageMeter> KEY = StateKey.named("usage meter");

  private final UsagePricing.OfRequest pricing;
  private final Listener listener;
  private final Admission admission;
  private final @Nullable OutputTokens passing;
  private final AtomicBoolean finished = new AtomicBoolean();

  private volatile @Nullable ServiceSnapshot service;
  private volatile @Nullable UsageReader reader;
  private volatile int attempts;
  private volatile boolean sent;
  private volatile int status;
  private volatile boolean streamed;
  private volatile boolean followingAnswer;
  private volatile boolean requestEnded;
  private volatile long firstByteNanos;
  private volatile @Nullable Rejection endedBy;
  private volatile @Nullable Finished answered;

  /** What the answer said, once it has been asked; set under the lock of {@link #finished}. */
  private @Nullable UsageReading readOut;

  private volatile @Nullable Charge charge;

  /**
   * @param admission is told how far the answer is
   * @param passing counts what passes, for an answer whose usage may never be told; null: nobody
   *     needs it
   */
  public UsageMeter(
      UsagePricing.OfRequest pricing,
      Listener listener,
      Admission admission,
      @Nullable OutputTokens passing) {
    this.pricing = pricing;
    this.listener = listener;
    this.admission = admission;
    this.passing = passing;
  }

  /** Whom a meter tells. */
  public interface Listener {

    /**
     * A provider is about to be called, for the first time.
     *
     * @throws dev.tollgate.gateway.error.RejectionException if nobody must be called
     */
    void calling(ServiceSnapshot service);

    /** The whole answer has come; its last byte has not left. Not told of all answers. */
    void answered(Finished soFar);

    /** A conversation goes on; so much was used since its beginning, for so much. */
    default void taken(ServiceSnapshot service, TokenUsage sum, @Nullable Charge charge) {}

    /** It is over; once, and only if a provider was called. */
    void finished(Finished finished);
  }

  /**
   * What is known of a request at its end.
   *
   * @param sent whether the request left for the provider
   * @param passed output tokens that were counted as they passed; 0 where nobody counted
   * @param service the one called last
   * @param status of the provider's answer; 0 if there was none
   * @param firstByteNanos {@link System#nanoTime()} at the first byte of the body; 0 if there was
   *     none
   * @param charge what it costs; null: not known
   */
  public record Finished(
      ServiceSnapshot service,
      int attempts,
      boolean sent,
      int status,
      boolean streamed,
      long firstByteNanos,
      UsageReading reading,
      long passed,
      @Nullable Charge charge,
      UsageEvent.Outcome outcome,
      @Nullable String errorCode) {}

  /** A provider is about to be called. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one attempt at a time
  public void calling(ServiceSnapshot called) {
    if (service == null) {
      listener.calling(called);
    }
    service = called;
    sent = false;
    status = 0;
    attempts++;
  }

  /** Whether a provider was called: somebody will settle what was taken for the request. */
  public boolean hasCalled() {
    return service != null;
  }

  /** The request leaves for the provider. */
  public void sending() {
    sent = true;
  }

  /** The provider's answer begins. */
  public void answered(int answeredStatus, boolean eventStream) {
    status = answeredStatus;
    streamed = eventStream;
  }

  /** The answer's body will tell what was used. */
  public void readUsage(Protocol protocol, HttpHeaders headers) {
    String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
    String encoding = headers.getFirst(HttpHeaders.CONTENT_ENCODING);
    reader =
        passing == null
            ? UsageReaders.forAnswer(protocol, type, encoding)
            : UsageReaders.forAnswer(protocol, type, encoding, passing);
  }

  /** The answer is read by {@code own}, which the caller shows it to. */
  public void readUsage(UsageReader own) {
    reader = own;
  }

  @Override
  public boolean passed(ByteBuf chunk) {
    if (firstByteNanos == 0) {
      firstByteNanos = System.nanoTime();
    }
    UsageReader current = reader;
    return current == null || accept(current, chunk);
  }

  /** A client that goes away may end the request from another thread while a chunk passes. */
  private boolean accept(UsageReader current, ByteBuf chunk) {
    synchronized (finished) {
      if (finished.get() || readOut != null) {
        return true;
      }
      current.accept(chunk);
    }
    return passing == null || admission.passed(passing.estimate());
  }

  /** A conversation goes on; so much was used since its beginning. */
  public void taken(UsageReading sum) {
    ServiceSnapshot called = service;
    TokenUsage usage = sum.usage();
    if (called != null && usage != null) {
      Charge sumCharge = pricing.charge(called, status, sum);
      admission.taken(usage, sumCharge);
      listener.taken(called, usage, sumCharge);
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
  public void ended(boolean whole) {
    followingAnswer = false;
    if (requestEnded) {
      abandoned();
      return;
    }
    ServiceSnapshot called = service;
    if (whole && called != null && !finished.get()) {
      answered = finished(called, UsageEvent.Outcome.COMPLETED, null);
      listener.answered(answered);
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
    Finished whole = answered;
    listener.finished(
        whole != null && outcome == UsageEvent.Outcome.COMPLETED
            ? whole
            : finished(called, outcome, errorCode));
  }

  private Finished finished(
      ServiceSnapshot called, UsageEvent.Outcome outcome, @Nullable String errorCode) {
    UsageReading reading = read();
    return new Finished(
        called,
        attempts,
        sent,
        status,
        streamed,
        firstByteNanos,
        reading,
        passing == null ? 0 : passing.estimate(),
        charge(),
        outcome,
        errorCode);
  }
}
