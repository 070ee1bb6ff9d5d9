package dev.tollgate.gateway.streaming;

import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.pipeline.RouteSettings.ClientGone;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/**
 * The body of an answer on its way to the client: every chunk leaves as it came, seen by an
 * observer; silence and overlong calls end it; a failure is told by one last event.
 *
 * <p>Emits buffers that its subscriber releases. Fails with {@link StreamBrokenException} after the
 * last event, if the answer broke off; with a plain rejection, if it did before its first byte.
 */
public final class AnswerStream extends Flux<ByteBuf> {

  private final Flux<ByteBuf> upstream;
  private final EventLoop eventLoop;
  private final Handling handling;
  private final AnswerListing open;

  /**
   * @param upstream the provider's body; its buffers are released after each signal, as
   *     reactor-netty does
   * @param eventLoop that of the provider's connection, on which {@code upstream} emits
   * @param open where the answer is listed while it runs
   */
  public AnswerStream(
      Flux<ByteBuf> upstream, EventLoop eventLoop, Handling handling, AnswerListing open) {
    this.upstream = upstream;
    this.eventLoop = eventLoop;
    this.handling = handling;
    this.open = open;
  }

  /**
   * How an answer is treated on its way.
   *
   * @param filter takes one event out again, or null
   * @param lastEvent how a failure is told
   * @param reasonOf what a failure of the provider's body means
   */
  public record Handling(
      AnswerObserver observer,
      AnswerTimeouts timeouts,
      ClientGone onClientGone,
      @Nullable InjectedUsageFilter filter,
      LastEvent lastEvent,
      Function<Throwable, Rejection> reasonOf) {}

  /** Told of every chunk that leaves; gives the bytes that tell a failure. */
  public interface LastEvent {

    /** Nothing can be said: the answer is no event stream. */
    LastEvent NONE =
        new LastEvent() {
          @Override
          public void left(ByteBuf chunk) {}

          @Override
          public ByteBuf of(Rejection rejection) {
            return Unpooled.EMPTY_BUFFER;
          }
        };

    /** Sees a chunk that leaves. */
    void left(ByteBuf chunk);

    /** The event for {@code rejection}, or an empty buffer. */
    ByteBuf of(Rejection rejection);
  }

  @Override
  public void subscribe(CoreSubscriber<? super ByteBuf> subscriber) {
    upstream.subscribe(new AnswerSubscription(eventLoop, handling, open, subscriber));
  }
}
