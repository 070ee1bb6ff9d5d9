package dev.tollgate.gateway.pipeline;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The rest of a request's way, of whose end a stage hears. One operator where {@code doOnSuccess},
 * {@code doOnError}, {@code doOnCancel} and {@code doFinally} are four, through each of which every
 * signal of every request goes.
 */
public final class RestOfWay extends MonoOperator<Void, Void> {

  /**
   * Hears of the end: by one of {@link #completed}, {@link #failed} and {@link #cancelled} before
   * anybody else does, and by {@link #over} when everybody has.
   */
  public interface Watcher {

    /** What this throws is the failure that those in front hear of. */
    default void completed() {}

    /** What this throws is added to the failure. */
    default void failed(Throwable failure) {}

    /**
     * The client is gone, or the gateway has given the request up. What this throws is logged; the
     * rest is cancelled all the same.
     */
    default void cancelled() {}

    default void over() {}
  }

  private final Watcher watcher;

  private RestOfWay(Mono<Void> rest, Watcher watcher) {
    super(rest);
    this.watcher = watcher;
  }

  /** The same way, watched. */
  public static Mono<Void> watched(Mono<Void> rest, Watcher watcher) {
    return new RestOfWay(rest, watcher);
  }

  @Override
  public void subscribe(CoreSubscriber<? super Void> subscriber) {
    source.subscribe(new Watching(subscriber, watcher));
  }

  /** Cancellation may come from another thread than the end. */
  private static final class Watching implements CoreSubscriber<Void>, Subscription {

    private final CoreSubscriber<? super Void> subscriber;
    private final Watcher watcher;
    private final AtomicBoolean ended = new AtomicBoolean();
    private @Nullable Subscription rest;

    Watching(CoreSubscriber<? super Void> subscriber, Watcher watcher) {
      this.subscriber = subscriber;
      this.watcher = watcher;
    }

    @Override
    public Context currentContext() {
      return subscriber.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      rest = subscription;
      subscriber.onSubscribe(this);
    }

    @Override
    public void request(long n) {
      subscription().request(n);
    }

    @Override
    public void onNext(Void never) {
      throw new IllegalStateException("a way has no value");
    }

    @Override
    public void onComplete() {
      if (!isFirstEnd()) {
        return;
      }
      try {
        watcher.completed();
      } catch (Throwable e) {
        tell(Operators.onOperatorError(e, currentContext()));
        return;
      }
      try {
        subscriber.onComplete();
      } finally {
        watcher.over();
      }
    }

    @Override
    public void onError(Throwable failure) {
      if (!isFirstEnd()) {
        Operators.onErrorDropped(failure, currentContext());
        return;
      }
      try {
        watcher.failed(failure);
      } catch (Throwable e) {
        Exceptions.throwIfJvmFatal(e);
        failure.addSuppressed(e);
      }
      tell(failure);
    }

    private void tell(Throwable failure) {
      try {
        subscriber.onError(failure);
      } finally {
        watcher.over();
      }
    }

    @Override
    public void cancel() {
      if (!isFirstEnd()) {
        return;
      }
      try {
        watcher.cancelled();
      } catch (Throwable e) {
        Operators.onErrorDropped(Operators.onOperatorError(e, currentContext()), currentContext());
      }
      try {
        subscription().cancel();
      } finally {
        watcher.over();
      }
    }

    private boolean isFirstEnd() {
      return ended.compareAndSet(false, true);
    }

    private Subscription subscription() {
      Subscription current = rest;
      if (current == null) {
        throw new IllegalStateException("not subscribed yet");
      }
      return current;
    }
  }
}
