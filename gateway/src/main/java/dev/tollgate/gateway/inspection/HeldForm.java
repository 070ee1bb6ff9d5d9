package dev.tollgate.gateway.inspection;

import io.netty.buffer.ByteBuf;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;

/**
 * A form between the client's connection, which delivers it, and the provider's, which asks for it:
 * two threads, as a rule. Chunks wait here only before the form is released; after that no more is
 * asked of the client than the provider has asked for.
 *
 * <p>It owns what it holds. Reactor's discard hooks would do that as well, but they reach
 * everything that is subscribed below them, which is the whole rest of the request's way, and would
 * release there what is not theirs.
 */
final class HeldForm implements CoreSubscriber<ByteBuf>, Subscription {

  private final MultipartGate gate;
  private final Queue<ByteBuf> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger drains = new AtomicInteger();
  private final AtomicLong demand = new AtomicLong();
  private final AtomicBoolean taken = new AtomicBoolean();

  private volatile @Nullable Subscription client;
  private volatile @Nullable Subscriber<? super ByteBuf> provider;
  private volatile @Nullable MonoSink<Void> holder;
  private volatile @Nullable Throwable failure;
  private volatile boolean done;
  private volatile boolean over;

  /** Chunks asked of the client; written by its thread while held, then only while draining. */
  private long requested;

  /** Chunks handed to the provider; used only while draining. */
  private long handedOn;

  HeldForm(MultipartGate gate) {
    this.gate = gate;
  }

  /** Reads {@code body} until the gate is ready; fails if the gate does, or the body. */
  Mono<Void> hold(Flux<ByteBuf> body) {
    return Mono.create(sink -> {
      holder = sink;
      body.subscribe(this);
    });
  }

  /** What has been held and all that follows; for one subscriber. */
  Flux<ByteBuf> bytes() {
    Publisher<ByteBuf> once = this::subscribe;
    return Flux.from(once);
  }

  private void subscribe(Subscriber<? super ByteBuf> subscriber) {
    if (!taken.compareAndSet(false, true)) {
      Operators.error(subscriber, new IllegalStateException("a form can be sent once"));
      return;
    }
    subscriber.onSubscribe(this);
    provider = subscriber;
    drain();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    client = subscription;
    if (over) {
      subscription.cancel();
    } else {
      askForOne(subscription);
    }
  }

  @Override
  public void onNext(ByteBuf chunk) {
    if (done || over) {
      chunk.release();
      return;
    }
    try {
      gate.pass(chunk);
    } catch (RuntimeException e) {
      cancelClient();
      end(e);
      return;
    }
    waiting.add(chunk);
    if (holder != null) {
      holdOn();
    }
    drain();
  }

  private void holdOn() {
    Subscription current = client;
    if (gate.isReady()) {
      letGo(null);
    } else if (current != null) {
      askForOne(current);
    }
  }

  private void askForOne(Subscription subscription) {
    requested++;
    subscription.request(1);
  }

  @Override
  public void onError(Throwable failed) {
    end(failed);
  }

  @Override
  public void onComplete() {
    if (done) {
      return;
    }
    try {
      gate.end();
      end(null);
    } catch (RuntimeException e) {
      end(e);
    }
  }

  private void end(@Nullable Throwable failed) {
    failure = failed;
    done = true;
    letGo(failed);
    drain();
  }

  /** Ends the holding, if it has not ended yet. */
  private void letGo(@Nullable Throwable failed) {
    MonoSink<Void> sink = holder;
    holder = null;
    if (sink != null && failed != null) {
      sink.error(failed);
    } else if (sink != null) {
      sink.success();
    }
  }

  @Override
  public void request(long chunks) {
    if (Operators.validate(chunks)) {
      demand.accumulateAndGet(chunks, Operators::addCap);
      drain();
    }
  }

  /** Nothing more is wanted, from either side; what waits is released. */
  @Override
  public void cancel() {
    if (!over) {
      over = true;
      cancelClient();
    }
    drain();
  }

  private void cancelClient() {
    Subscription current = client;
    if (current != null) {
      current.cancel();
    }
  }

  private void drain() {
    if (drains.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      drainOnce();
      missed = drains.addAndGet(-missed);
    } while (missed != 0);
  }

  private void drainOnce() {
    Subscriber<? super ByteBuf> receiver = provider;
    if (receiver != null) {
      handOn(receiver);
    }
    if (over) {
      releaseWaiting();
    }
  }

  private void handOn(Subscriber<? super ByteBuf> receiver) {
    while (!over && handedOn < demand.get()) {
      ByteBuf chunk = waiting.poll();
      if (chunk == null) {
        break;
      }
      handedOn++;
      receiver.onNext(chunk);
    }
    if (!over && done && waiting.isEmpty()) {
      over = true;
      signalEnd(receiver);
    } else if (!over && !done) {
      askForMore();
    }
  }

  private void signalEnd(Subscriber<? super ByteBuf> receiver) {
    Throwable failed = failure;
    if (failed == null) {
      receiver.onComplete();
    } else {
      receiver.onError(failed);
    }
  }

  private void askForMore() {
    long more = demand.get() - requested;
    Subscription current = client;
    if (more > 0 && current != null) {
      requested += more;
      current.request(more);
    }
  }

  private void releaseWaiting() {
    for (ByteBuf chunk = waiting.poll(); chunk != null; chunk = waiting.poll()) {
      chunk.release();
    }
  }
}
