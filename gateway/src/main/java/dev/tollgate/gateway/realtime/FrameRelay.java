package dev.tollgate.gateway.realtime;

import dev.tollgate.gateway.error.Rejection;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Passes frames both ways until either side closes, goes away, or time is up. One frame of each
 * direction is on its way at a time: the next one is read when it has been written, so that a slow
 * reader slows its peer down and memory stays bounded by the length of a frame.
 */
public final class FrameRelay {

  private static final WebSocketCloseStatus CLIENT_GONE =
      new WebSocketCloseStatus(1001, "The client has gone away.");
  private static final WebSocketCloseStatus PROVIDER_GONE =
      new WebSocketCloseStatus(1011, "The provider's connection broke off.");
  private static final WebSocketCloseStatus RESTARTING =
      new WebSocketCloseStatus(1012, "The gateway is shutting down. Connect again.");
  private static final WebSocketCloseStatus NOT_ALLOWED =
      new WebSocketCloseStatus(1008, "The caller may not go on.");
  private static final WebSocketCloseStatus IDLE =
      new WebSocketCloseStatus(1001, "The connection was idle for too long.");
  private static final WebSocketCloseStatus TOOK_TOO_LONG =
      new WebSocketCloseStatus(1001, "The connection took longer than is allowed.");

  private final WebSocketEnd client;
  private final WebSocketEnd provider;
  private final EventLoop eventLoop;
  private final Duration idle;
  private final Duration total;
  private final Function<WebSocketFrame, RelayEnd.@Nullable ByRule> fromClient;
  private final Consumer<WebSocketFrame> fromProvider;
  private final Sinks.One<RelayEnd> end = Sinks.one();
  private volatile long lastNanos = System.nanoTime();
  private volatile boolean lastWordSpoken;
  private volatile boolean withinMessage;

  /**
   * @param idle the longest silence of both sides
   * @param total what is left of the connection's time
   * @param fromClient sees the client's frames, on its event loop, before they leave, and says why
   *     one must not: null lets it pass
   * @param fromProvider sees the provider's frames, on its event loop, before they leave
   */
  public FrameRelay(
      WebSocketEnd client,
      WebSocketEnd provider,
      Duration idle,
      Duration total,
      Function<WebSocketFrame, RelayEnd.@Nullable ByRule> fromClient,
      Consumer<WebSocketFrame> fromProvider) {
    this.client = client;
    this.provider = provider;
    // A closed connection no longer tells which one was its own.
    this.eventLoop = provider.eventLoop();
    this.idle = idle;
    this.total = total;
    this.fromClient = fromClient;
    this.fromProvider = fromProvider;
  }

  /**
   * Runs once. Emits how it ended, on the provider's event loop, when both connections are closed.
   */
  public Mono<RelayEnd> run() {
    return Mono.defer(() -> {
      Disposable running =
          Disposables.composite(
              pump(client, provider, this::mayLeaveClient, RelayEnd.ByClient::new),
              pump(provider, client, this::seenFromProvider, RelayEnd.ByProvider::new),
              watchTime());
      return end.asMono()
          .flatMap(how -> close(how).thenReturn(how))
          .flatMap(this::onEventLoop)
          .doFinally(signal -> running.dispose());
    });
  }

  /** Ends it by a rule: the client is told by {@code event}, JSON, and then closed. */
  public void end(Rejection reason, String event) {
    end.tryEmitValue(new RelayEnd.ByRule(reason, event));
  }

  /** Ends it from here; returns at once. */
  public void breakOff() {
    end.tryEmitValue(new RelayEnd.BrokenOff());
  }

  private Disposable pump(
      WebSocketEnd from,
      WebSocketEnd to,
      Predicate<WebSocketFrame> mayPass,
      Function<@Nullable WebSocketCloseStatus, RelayEnd> ending) {
    return from.frames()
        .concatMap(frame -> pass(frame, to, mayPass), 0)
        .then(Mono.defer(from::closeStatus))
        .map(ending)
        .defaultIfEmpty(ending.apply(null))
        // That the other side cannot be written to is its own end, and it tells how.
        .onErrorResume(OtherSideGone.class, gone -> Mono.never())
        .onErrorResume(failure -> Mono.just(ending.apply(null)))
        .subscribe(end::tryEmitValue);
  }

  private boolean mayLeaveClient(WebSocketFrame frame) {
    RelayEnd.ByRule refusal = fromClient.apply(frame);
    if (refusal != null) {
      end.tryEmitValue(refusal);
    }
    return refusal == null;
  }

  private boolean seenFromProvider(WebSocketFrame frame) {
    fromProvider.accept(frame);
    if (!(frame instanceof PingWebSocketFrame) && !(frame instanceof PongWebSocketFrame)) {
      withinMessage = !frame.isFinalFragment();
    }
    return true;
  }

  private Mono<Void> pass(
      WebSocketFrame frame, WebSocketEnd to, Predicate<WebSocketFrame> mayPass) {
    if (lastWordSpoken || !mayPass.test(frame)) {
      return Mono.never();
    }
    lastNanos = System.nanoTime();
    return to.send(frame.retain()).onErrorMap(OtherSideGone::new);
  }

  private Mono<Void> close(RelayEnd how) {
    return switch (how) {
      case RelayEnd.ByClient(var status) ->
          provider.close(sayable(status, CLIENT_GONE)).and(client.close(null));
      case RelayEnd.ByProvider(var status) ->
          client.close(sayable(status, PROVIDER_GONE)).and(provider.close(null));
      case RelayEnd.Idle() -> client.close(IDLE).and(provider.close(IDLE));
      case RelayEnd.ByRule(Rejection reason, String event) ->
          onEventLoop(how).then(speakLastWord(event)).and(provider.close(CLIENT_GONE));
      case RelayEnd.BrokenOff() -> client.close(RESTARTING).and(provider.close(CLIENT_GONE));
      case RelayEnd.TookTooLong() -> client.close(TOOK_TOO_LONG).and(provider.close(TOOK_TOO_LONG));
    };
  }

  /**
   * The client must get no frame after it, and none may stand in the middle of a message of several
   * frames (RFC 6455, section 5.4): then only the close code tells.
   */
  private Mono<Void> speakLastWord(String event) {
    return Mono.defer(() -> {
      lastWordSpoken = true;
      return withinMessage ? client.close(NOT_ALLOWED) : client.closeSaying(event, NOT_ALLOWED);
    });
  }

  /** Some codes only stand for what was not said (RFC 6455, section 7.4.1). */
  private static @Nullable WebSocketCloseStatus sayable(
      @Nullable WebSocketCloseStatus status, WebSocketCloseStatus unsaid) {
    if (status == null) {
      return unsaid;
    }
    if (status.code() == WebSocketCloseStatus.EMPTY.code()) {
      return null;
    }
    return WebSocketCloseStatus.isValidStatusCode(status.code()) ? status : unsaid;
  }

  private Mono<RelayEnd> onEventLoop(RelayEnd how) {
    return Mono.create(sink -> eventLoop.execute(() -> sink.success(how)));
  }

  private Disposable watchTime() {
    return new TimeWatch(System.nanoTime() + total.toNanos());
  }

  /** One timer for a whole connection: it looks when the earliest time-out could have passed. */
  private final class TimeWatch implements Disposable {

    private final long deadlineNanos;
    private volatile @Nullable Future<?> alarm;
    private volatile boolean disposed;

    TimeWatch(long deadlineNanos) {
      this.deadlineNanos = deadlineNanos;
      look();
    }

    private void look() {
      long now = System.nanoTime();
      long idleLeft = idle.toNanos() - (now - lastNanos);
      if (now - deadlineNanos >= 0) {
        end.tryEmitValue(new RelayEnd.TookTooLong());
      } else if (idleLeft <= 0) {
        end.tryEmitValue(new RelayEnd.Idle());
      } else if (!disposed) {
        long delay = Math.min(idleLeft, deadlineNanos - now);
        alarm = eventLoop.schedule(this::look, delay, TimeUnit.NANOSECONDS);
      }
    }

    @Override
    public void dispose() {
      disposed = true;
      Future<?> current = alarm;
      if (current != null) {
        current.cancel(false);
      }
    }

    @Override
    public boolean isDisposed() {
      return disposed;
    }
  }

  /** A frame could not be written. */
  private static final class OtherSideGone extends RuntimeException {
    OtherSideGone(Throwable cause) {
      super(null, cause, false, false);
    }
  }
}
