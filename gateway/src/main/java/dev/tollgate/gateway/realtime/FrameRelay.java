package dev.tollgate.gateway.realtime;

import dev.tollgate.gateway.error.Rejection;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCounted;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
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
  private final Function<WebSocketFrame, Passage> fromClient;
  private final Consumer<WebSocketFrame> fromProvider;
  private final Sinks.One<RelayEnd> end = Sinks.one();
  private final TimeWatch time;
  private volatile boolean lastWordSpoken;
  private volatile boolean withinMessage;

  /** Waits for the provider's message to end, on its event loop. */
  private @Nullable MonoSink<Void> betweenMessages;

  /**
   * @param idle the longest silence of both sides
   * @param total what is left of the connection's time
   * @param fromClient sees the client's frames, on its event loop, before they leave, and says what
   *     becomes of them; the next one when that is done
   * @param fromProvider sees the provider's frames, on its event loop, before they leave
   */
  public FrameRelay(
      WebSocketEnd client,
      WebSocketEnd provider,
      Duration idle,
      Duration total,
      Function<WebSocketFrame, Passage> fromClient,
      Consumer<WebSocketFrame> fromProvider) {
    this.client = client;
    this.provider = provider;
    // A closed connection no longer tells which one was its own.
    this.eventLoop = provider.eventLoop();
    this.time = new TimeWatch(eventLoop, idle, total, end::tryEmitValue);
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
              pump(client, this::passFromClient, RelayEnd.ByClient::new),
              pump(provider, this::passFromProvider, RelayEnd.ByProvider::new),
              time.begin());
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
      Function<WebSocketFrame, Mono<Void>> pass,
      Function<@Nullable WebSocketCloseStatus, RelayEnd> ending) {
    return from.frames()
        .concatMap(pass, 0)
        .then(Mono.defer(from::closeStatus))
        .map(ending)
        .defaultIfEmpty(ending.apply(null))
        .onErrorResume(failure -> Mono.just(ending.apply(null)))
        .subscribe(end::tryEmitValue);
  }

  private Mono<Void> passFromClient(WebSocketFrame frame) {
    return lastWordSpoken ? Mono.never() : pass(fromClient.apply(frame), frame);
  }

  private Mono<Void> pass(Passage passage, WebSocketFrame frame) {
    return switch (passage) {
      case Passage.Passes() -> send(frame, provider);
      case Passage.Dropped(var reason) -> {
        time.passed();
        yield reason == null ? Mono.empty() : tell(reason);
      }
      case Passage.Ends(RelayEnd.ByRule how) -> {
        end.tryEmitValue(how);
        yield Mono.never();
      }
      // What comes is only lent until this returns.
      case Passage.Later(Mono<Passage> known) ->
          Mono.using(
              frame::retain,
              held -> known.flatMap(then -> pass(then, held)),
              ReferenceCounted::release);
    };
  }

  private Mono<Void> passFromProvider(WebSocketFrame frame) {
    if (lastWordSpoken) {
      return Mono.never();
    }
    fromProvider.accept(frame);
    if (!(frame instanceof PingWebSocketFrame) && !(frame instanceof PongWebSocketFrame)) {
      withinMessage = !frame.isFinalFragment();
      goOnBetweenMessages();
    }
    return send(frame, client);
  }

  private Mono<Void> send(WebSocketFrame frame, WebSocketEnd to) {
    if (lastWordSpoken) {
      return Mono.never();
    }
    time.passed();
    // That it cannot be written to is its own end, and it tells how.
    return to.send(frame.retain())
        .onErrorResume(gone -> {
          eventLoop.execute(this::endIfTelling);
          return Mono.never();
        });
  }

  /** What the client said last stands behind what it is to be told: so does that it is gone. */
  private void endIfTelling() {
    if (betweenMessages != null) {
      end.tryEmitValue(new RelayEnd.ByClient(null));
    }
  }

  /** Says something to the client that the provider did not; completes when it has left. */
  private Mono<Void> tell(String event) {
    return Mono.<Void>create(sink ->
            eventLoop.execute(() -> {
              betweenMessages = sink;
              goOnBetweenMessages();
            }))
        .then(
            Mono.defer(
                () -> lastWordSpoken ? Mono.never() : client.send(new TextWebSocketFrame(event))))
        // An error would cancel what is read, which a closed connection does not bear.
        .onErrorResume(gone -> {
          end.tryEmitValue(new RelayEnd.ByClient(null));
          return Mono.never();
        });
  }

  /** After the frame that is just being passed on, and before the next. */
  private void goOnBetweenMessages() {
    if (betweenMessages != null && !withinMessage) {
      eventLoop.execute(() -> {
        MonoSink<Void> waiting = betweenMessages;
        if (waiting != null && !withinMessage) {
          betweenMessages = null;
          waiting.success();
        }
      });
    }
  }

  private Mono<Void> close(RelayEnd how) {
    return switch (how) {
      case RelayEnd.ByClient(var status) ->
          provider.close(sayable(status, CLIENT_GONE)).and(client.close(null));
      case RelayEnd.ByProvider(var status) ->
          tellClient(null, sayable(status, PROVIDER_GONE)).and(provider.close(null));
      case RelayEnd.Idle() -> tellClient(null, IDLE).and(provider.close(IDLE));
      case RelayEnd.ByRule(Rejection reason, String event) ->
          tellClient(event, NOT_ALLOWED).and(provider.close(CLIENT_GONE));
      case RelayEnd.BrokenOff() -> tellClient(null, RESTARTING).and(provider.close(CLIENT_GONE));
      case RelayEnd.TookTooLong() ->
          tellClient(null, TOOK_TOO_LONG).and(provider.close(TOOK_TOO_LONG));
    };
  }

  /**
   * The client must get no frame after it, and no text may stand in the middle of a message of
   * several frames (RFC 6455, section 5.4): then only the close code tells.
   */
  private Mono<Void> tellClient(@Nullable String text, @Nullable WebSocketCloseStatus status) {
    return Mono.<Void>create(sink ->
            eventLoop.execute(() -> {
              lastWordSpoken = true;
              sink.success();
            }))
        .then(Mono.defer(() -> client.closeWhenHeard(withinMessage ? null : text, status)));
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
}
