package dev.tollgate.gateway.streaming;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.pipeline.RouteSettings.ClientGone;
import dev.tollgate.gateway.streaming.AnswerStream.Handling;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One run of an {@link AnswerStream}. Signals of the provider and the clock come on the provider's
 * event loop; demand and cancellation come from the client's, which may be another: they touch only
 * {@code requested}, {@code cancelled} and the upstream subscription, and hand the rest over.
 */
final class AnswerSubscription
    implements CoreSubscriber<ByteBuf>, Subscription, AnswerListing.OpenAnswer, AnswerAlarm.Answer {

  private static final AtomicLongFieldUpdater<AnswerSubscription> REQUESTED =
      AtomicLongFieldUpdater.newUpdater(AnswerSubscription.class, "requested");

  private static final int LAST_EVENT_PATIENCE_SECONDS = 2;
  private static final Rejection NOT_TAKEN =
      Rejection.of(ErrorCode.REQUEST_TIMEOUT, "The last event was not taken in time.");

  private final EventLoop eventLoop;
  private final Handling handling;
  private final AnswerListing open;
  private final CoreSubscriber<? super ByteBuf> client;
  private final AnswerAlarm alarm;

  private volatile long requested;
  private volatile boolean cancelled;

  // What follows belongs to the provider's event loop.
  private @Nullable Subscription provider;
  private boolean begun;
  private boolean ended;

  /** Whether the next chunk may not pass. */
  private boolean holding;

  /** Not null: what comes has to wait for what is in it. */
  private @Nullable HeldBack heldBack;

  private @Nullable ByteBuf lastBytes;
  private @Nullable Throwable lastFailure;

  AnswerSubscription(
      EventLoop eventLoop,
      Handling handling,
      AnswerListing open,
      CoreSubscriber<? super ByteBuf> client) {
    this.eventLoop = eventLoop;
    this.handling = handling;
    this.open = open;
    this.client = client;
    this.alarm = new AnswerAlarm(eventLoop, handling.timeouts(), this);
  }

  @Override
  public Context currentContext() {
    return client.currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    provider = subscription;
    handling.observer().begun();
    open.add(this);
    alarm.start();
    client.onSubscribe(this);
  }

  @Override
  public void onNext(ByteBuf chunk) {
    if (ended) {
      return;
    }
    alarm.heard();
    HeldBack waiting = heldBack;
    if (waiting != null) {
      waiting.add(chunk);
    } else {
      pass(chunk);
    }
  }

  private void pass(ByteBuf chunk) {
    boolean goesOn = handling.observer().passed(chunk);
    if (cancelled) {
      return;
    }
    if (!goesOn) {
      holdBack();
    }
    ByteBuf leaving = chunk.retain();
    if (handling.filter() != null) {
      leaving = handling.filter().filter(leaving);
    }
    if (leaving == null) {
      upstream().request(1);
    } else {
      emit(leaving);
    }
  }

  private void emit(ByteBuf leaving) {
    begun = true;
    handling.lastEvent().left(leaving);
    Operators.produced(REQUESTED, this, 1);
    client.onNext(leaving);
  }

  private void holdBack() {
    holding = true;
    if (heldBack == null) {
      heldBack = new HeldBack();
    }
  }

  @Override
  public void goOnSoon() {
    eventLoop.execute(this::goOn);
  }

  private void goOn() {
    HeldBack waiting = heldBack;
    if (waiting == null || !holding) {
      return;
    }
    holding = false;
    alarm.heard();
    passOn(waiting);
    if (!ended && !holding) {
      heldBack = null;
      waiting.end();
    }
  }

  private void passOn(HeldBack waiting) {
    while (!ended && !holding) {
      ByteBuf chunk = waiting.poll();
      if (chunk == null) {
        return;
      }
      try {
        pass(chunk);
      } finally {
        chunk.release();
      }
    }
  }

  @Override
  public void onComplete() {
    inTurn(() -> end(handling.filter() == null ? null : handling.filter().end(), null));
  }

  @Override
  public void onError(Throwable failure) {
    inTurn(() -> breakOff(handling.reasonOf().apply(failure)));
  }

  private void inTurn(Runnable itsEnd) {
    HeldBack waiting = heldBack;
    if (waiting != null) {
      waiting.endBy(itsEnd);
    } else if (!ended) {
      itsEnd.run();
    }
  }

  /** Before the first byte there is still a status to tell it with. */
  private void breakOff(Rejection reason) {
    closeFilter();
    if (begun) {
      ByteBuf event = handling.lastEvent().of(reason);
      end(event.isReadable() ? event : null, new StreamBrokenException(reason));
    } else {
      end(null, reason.asException());
    }
  }

  /** An answer that can tell why it ends ends as a whole one does: nothing of it is missing. */
  private void endByRule(Rejection reason) {
    closeFilter();
    Throwable mistake = cancelled ? null : mistakeOf(() -> handling.observer().cutShort(reason));
    if (mistake != null) {
      end(null, mistake);
      return;
    }
    if (!begun) {
      end(null, reason.asException());
      return;
    }
    ByteBuf event = handling.lastEvent().of(reason);
    if (event.isReadable()) {
      end(event, null);
    } else {
      end(null, new StreamBrokenException(reason));
    }
  }

  /** Sends what is left as soon as the client takes it, then the terminal signal. */
  private void end(@Nullable ByteBuf bytes, @Nullable Throwable failure) {
    stop();
    lastBytes = bytes;
    lastFailure = failure;
    if (cancelled) {
      releaseLastBytes();
      handling.observer().abandoned();
    } else {
      tellEnded();
      finishIfTaken();
      if (lastBytes != null) {
        var _ = eventLoop.schedule(this::giveUp, LAST_EVENT_PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  private void tellEnded() {
    Throwable mistake = mistakeOf(() -> handling.observer().ended(lastFailure == null));
    if (mistake != null) {
      lastFailure = mistake;
    }
  }

  /**
   * A mistake of ours, or a fault of the journal's file, must not leave the client waiting for an
   * end that never comes. The operators on the way to it take some errors for the end of the
   * process, and would not hand them on.
   */
  private static @Nullable Throwable mistakeOf(Runnable telling) {
    try {
      telling.run();
      return null;
    } catch (RuntimeException e) {
      return e;
    } catch (Error e) {
      return new IllegalStateException("the end cannot be noted", e);
    }
  }

  /** A client that takes nothing any more must not keep its connection by that. */
  private void giveUp() {
    if (lastBytes != null && !cancelled) {
      releaseLastBytes();
      client.onError(lastFailure != null ? lastFailure : new StreamBrokenException(NOT_TAKEN));
    }
  }

  private void finishIfTaken() {
    ByteBuf bytes = lastBytes;
    if (bytes != null) {
      if (requested == 0) {
        return;
      }
      lastBytes = null;
      client.onNext(bytes);
    }
    if (lastFailure != null) {
      client.onError(lastFailure);
    } else {
      client.onComplete();
    }
  }

  @Override
  public void request(long n) {
    if (!Operators.validate(n)) {
      return;
    }
    if (Operators.addCap(REQUESTED, this, n) == 0) {
      // The client has not taken anything for a while: the provider's silence counts from now on.
      eventLoop.execute(this::demandReturned);
    }
    upstream().request(n);
  }

  private void demandReturned() {
    if (ended && lastBytes != null && !cancelled) {
      finishIfTaken();
    } else {
      alarm.heard();
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    if (handling.onClientGone() == ClientGone.CANCEL) {
      upstream().cancel();
    } else {
      upstream().request(Long.MAX_VALUE);
    }
    eventLoop.execute(this::clientGone);
  }

  private void clientGone() {
    closeFilter();
    releaseLastBytes();
    if (handling.onClientGone() == ClientGone.CANCEL && !ended) {
      stop();
      handling.observer().abandoned();
    } else {
      goOn();
    }
  }

  @Override
  public boolean isAwaited() {
    return (requested > 0 || cancelled) && !holding;
  }

  @Override
  public void timedOut(String message) {
    upstream().cancel();
    breakOff(Rejection.of(ErrorCode.PROVIDER_TIMEOUT, message));
  }

  /** Ends the answer from outside, on whatever thread. */
  @Override
  public void breakOffSoon(Rejection reason) {
    eventLoop.execute(() -> {
      if (!ended) {
        upstream().cancel();
        breakOff(reason);
      }
    });
  }

  /** Ends the answer from outside by a rule, on whatever thread. */
  @Override
  public void endSoon(Rejection reason) {
    eventLoop.execute(() -> {
      if (!ended) {
        upstream().cancel();
        endByRule(reason);
      }
    });
  }

  /** Nothing of the provider passes any more. */
  private void stop() {
    ended = true;
    open.remove(this);
    alarm.stop();
    if (heldBack != null) {
      heldBack.release();
      heldBack = null;
    }
  }

  private void closeFilter() {
    if (handling.filter() != null) {
      handling.filter().close();
    }
  }

  private void releaseLastBytes() {
    if (lastBytes != null) {
      lastBytes.release();
      lastBytes = null;
    }
  }

  private Subscription upstream() {
    if (provider == null) {
      throw new IllegalStateException("a signal before onSubscribe");
    }
    return provider;
  }
}
