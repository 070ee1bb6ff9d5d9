package dev.tollgate.gateway.realtime;

import dev.tollgate.gateway.error.Rejection;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import org.jspecify.annotations.Nullable;

/** How a relayed connection ended. */
public sealed interface RelayEnd {

  /**
   * The client ended it.
   *
   * @param status what it said; null if it went away without a word
   */
  record ByClient(@Nullable WebSocketCloseStatus status) implements RelayEnd {}

  /**
   * The provider ended it.
   *
   * @param status what it said; null if it went away without a word
   */
  record ByProvider(@Nullable WebSocketCloseStatus status) implements RelayEnd {}

  /** Neither end said anything for too long. */
  record Idle() implements RelayEnd {}

  /** It took longer than is allowed. */
  record TookTooLong() implements RelayEnd {}

  /**
   * A rule ended it.
   *
   * @param event what the client is told before the connection closes, JSON
   */
  record ByRule(Rejection reason, String event) implements RelayEnd {}

  /** The gateway itself has to end it. */
  record BrokenOff() implements RelayEnd {}
}
