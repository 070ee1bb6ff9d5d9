package dev.tollgate.gateway.realtime;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

/**
 * Reads a provider's answer to the opening handshake, before Netty judges it: an answer that is no
 * upgrade is kept as it is. One of each per handshake.
 */
public final class HandshakeAnswer extends ChannelInboundHandlerAdapter {

  private static final String NAME = "tollgate.handshakeAnswer";

  private final List<String> offered;
  private volatile @Nullable Refusal refusal;
  private volatile @Nullable String protocol;

  /**
   * @param offered the sub-protocols that the provider is asked for
   */
  public HandshakeAnswer(List<String> offered) {
    this.offered = offered;
  }

  /** An answer other than 101; of a longer body than 8 KiB there is none. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  public record Refusal(int status, HttpHeaders headers, byte[] body) {}

  /** Reads the answer that will come on this connection. */
  public void install(Connection connection) {
    connection.addHandlerLast(NAME, this);
  }

  /** The provider's refusal; null if there was none, or no answer. */
  public @Nullable Refusal refusal() {
    return refusal;
  }

  /** The sub-protocol that the provider chose; null if it chose none. */
  public @Nullable String protocol() {
    return protocol;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof FullHttpResponse answer) {
      read(answer);
    }
    ctx.fireChannelRead(message);
  }

  private void read(FullHttpResponse answer) {
    if (!answer.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      refusal =
          new Refusal(
              answer.status().code(),
              answer.headers().copy(),
              ByteBufUtil.getBytes(answer.content()));
      return;
    }
    protocol = answer.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
    if (protocol == null && !offered.isEmpty()) {
      // A server may choose none (RFC 6455, section 4.2.2), but Netty's client insists on one.
      answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, offered.getFirst());
    }
  }
}
