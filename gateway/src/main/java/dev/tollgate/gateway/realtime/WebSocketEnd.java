package dev.tollgate.gateway.realtime;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.FutureMono;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** One of the two connections. */
public record WebSocketEnd(WebsocketInbound inbound, WebsocketOutbound outbound) {

  /** How long a peer that reads nothing may hold back the word that it is over, or its answer. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

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

  /**
   * As {@link #close}, and closes the connection when the peer has answered. It may be in the
   * middle of a long message: where that is not taken to its end, the connection is reset, and many
   * a peer never reads what it was told.
   *
   * @param text to be said before; null: nothing
   */
  Mono<Void> closeWhenHeard(@Nullable String text, @Nullable WebSocketCloseStatus status) {
    Channel channel = channel();
    CloseWebSocketFrame close =
        status == null ? new CloseWebSocketFrame() : new CloseWebSocketFrame(status);
    return inTime(FutureMono.deferFuture(() -> Farewell.say(channel, text, close)))
        .then(inTime(FutureMono.deferFuture(channel::close)))
        .doFinally(signal -> dispose());
  }

  private static Mono<Void> inTime(Mono<Void> said) {
    return said.timeout(CLOSE_PATIENCE).onErrorComplete();
  }

  private void dispose() {
    inbound.withConnection(Connection::dispose);
  }

  EventLoop eventLoop() {
    return channel().eventLoop();
  }

  private Channel channel() {
    AtomicReference<Channel> channel = new AtomicReference<>();
    inbound.withConnection(connection -> channel.set(connection.channel()));
    return channel.get();
  }
}
