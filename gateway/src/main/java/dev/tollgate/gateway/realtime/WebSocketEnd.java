package dev.tollgate.gateway.realtime;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** One of the two connections. */
public record WebSocketEnd(WebsocketInbound inbound, WebsocketOutbound outbound) {

  /** How long a peer that reads nothing may hold back the word that it is over. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

  /** A peer that answers waits for this end to close. */
  private static final Duration LINGERING = Duration.ofMillis(500);

  /** What comes from there; the buffers are released after each signal. */
  Flux<WebSocketFrame> frames() {
    return inbound.receiveFrames();
  }

  /** Writes and flushes; completes when the bytes have left. */
  Mono<Void> send(WebSocketFrame frame) {
    return outbound.sendObject(frame).then();
  }

  /** What the peer said when it closed; empty if it said nothing. */
  Mono<WebSocketCloseStatus> closeStatus() {
    return inbound.receiveCloseStatus();
  }

  /**
   * Says that it is over and closes the connection, whether or not the peer listens.
   *
   * @param status what to say; null: the peer itself said nothing in particular
   */
  Mono<Void> close(@Nullable WebSocketCloseStatus status) {
    Mono<Void> said =
        status == null
            ? outbound.sendClose()
            : outbound.sendClose(status.code(), status.reasonText());
    return inTime(said).doFinally(signal -> dispose());
  }

  private static Mono<Void> inTime(Mono<Void> said) {
    return said.timeout(CLOSE_PATIENCE).onErrorComplete();
  }

  /**
   * As {@link #close}, with a last text before it, to a peer that may be in the middle of a long
   * message: a connection that is closed before all of that was taken is reset, and the peer never
   * reads what it was told.
   */
  Mono<Void> closeSaying(String text, WebSocketCloseStatus status) {
    return inTime(send(new TextWebSocketFrame(text)))
        .then(inTime(outbound.sendClose(status.code(), status.reasonText())))
        .then(Mono.defer(this::gone).timeout(LINGERING).onErrorComplete())
        .doFinally(signal -> dispose());
  }

  private Mono<Void> gone() {
    AtomicReference<Mono<Void>> gone = new AtomicReference<>(Mono.empty());
    inbound.withConnection(connection -> gone.set(connection.onDispose()));
    return gone.get();
  }

  private void dispose() {
    inbound.withConnection(Connection::dispose);
  }

  EventLoop eventLoop() {
    AtomicReference<EventLoop> loop = new AtomicReference<>();
    inbound.withConnection(connection -> loop.set(connection.channel().eventLoop()));
    return loop.get();
  }
}
