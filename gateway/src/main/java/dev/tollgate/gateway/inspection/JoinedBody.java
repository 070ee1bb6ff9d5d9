package dev.tollgate.gateway.inspection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The buffers of a body as one, without a copy; an empty one where there are none. Never empty
 * itself. One subscriber where Spring's join has six, through which every request and every short
 * answer went.
 *
 * <p>Takes over the buffers, and releases them unless it hands the whole on to its subscriber, who
 * releases that.
 */
public final class JoinedBody extends Mono<ByteBuf> {

  private final Flux<ByteBuf> buffers;
  private final long longestBytes;
  private final Supplier<? extends Throwable> tooLong;

  private JoinedBody(
      Flux<ByteBuf> buffers, long longestBytes, Supplier<? extends Throwable> tooLong) {
    this.buffers = buffers;
    this.longestBytes = longestBytes;
    this.tooLong = tooLong;
  }

  /** A body whose length somebody else has bounded. */
  public static JoinedBody of(Flux<ByteBuf> buffers) {
    return upTo(Long.MAX_VALUE, buffers, IllegalStateException::new);
  }

  /** A body that fails by {@code tooLong} as soon as it is longer than that. */
  public static JoinedBody upTo(
      long longestBytes, Flux<ByteBuf> buffers, Supplier<? extends Throwable> tooLong) {
    return new JoinedBody(buffers, longestBytes, tooLong);
  }

  @Override
  public void subscribe(CoreSubscriber<? super ByteBuf> subscriber) {
    buffers.subscribe(new Joining(this, subscriber));
  }

  /** Cancellation may come from another thread than the buffers. */
  private static final class Joining implements CoreSubscriber<ByteBuf>, Subscription {

    private final JoinedBody body;
    private final CoreSubscriber<? super ByteBuf> subscriber;
    private volatile @Nullable Subscription upstream;
    private @Nullable List<ByteBuf> collected = new ArrayList<>(2);
    private long bytes;

    Joining(JoinedBody body, CoreSubscriber<? super ByteBuf> subscriber) {
      this.body = body;
      this.subscriber = subscriber;
    }

    @Override
    public Context currentContext() {
      return subscriber.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      upstream = subscription;
      subscriber.onSubscribe(this);
    }

    @Override
    public void request(long n) {
      Subscription current = upstream;
      if (Operators.validate(n) && current != null) {
        current.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onNext(ByteBuf buffer) {
      if (isLongerThanAllowed(buffer)) {
        cancel();
        subscriber.onError(body.tooLong.get());
      }
    }

    /** Takes the buffer in any case. */
    private synchronized boolean isLongerThanAllowed(ByteBuf buffer) {
      if (collected == null) {
        buffer.release();
        return false;
      }
      collected.add(buffer);
      bytes += buffer.readableBytes();
      return bytes > body.longestBytes;
    }

    @Override
    public void onComplete() {
      List<ByteBuf> all = takeAll();
      if (all != null) {
        subscriber.onNext(joined(all));
        subscriber.onComplete();
      }
    }

    private static ByteBuf joined(List<ByteBuf> all) {
      return switch (all.size()) {
        case 0 -> Unpooled.EMPTY_BUFFER;
        case 1 -> all.getFirst();
        default -> Unpooled.wrappedBuffer(all.size(), all.toArray(ByteBuf[]::new));
      };
    }

    @Override
    public void onError(Throwable failure) {
      if (release()) {
        subscriber.onError(failure);
      } else {
        Operators.onErrorDropped(failure, currentContext());
      }
    }

    @Override
    public void cancel() {
      Subscription current = upstream;
      if (current != null) {
        current.cancel();
      }
      var _ = release();
    }

    /** Whether it had not ended before. */
    private boolean release() {
      List<ByteBuf> all = takeAll();
      if (all != null) {
        all.forEach(ByteBuf::release);
      }
      return all != null;
    }

    /** Null once it has ended. */
    private synchronized @Nullable List<ByteBuf> takeAll() {
      List<ByteBuf> all = collected;
      collected = null;
      return all;
    }
  }
}
