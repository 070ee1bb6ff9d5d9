package dev.tollgate.gateway.realtime;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import org.jspecify.annotations.Nullable;

/**
 * The last words on a connection. All that the peer still sends is taken to no avail, and the
 * connection closed when it has said that it closes, and all of this has left.
 */
final class Farewell extends SimpleChannelInboundHandler<WebSocketFrame> {

  private final ChannelFuture said;

  private Farewell(ChannelFuture said) {
    this.said = said;
  }

  /**
   * Says {@code text}, if there is one, and {@code close}. The peer may never answer: whoever calls
   * this has to close the connection in the end.
   *
   * @return done when the connection is closed
   */
  static ChannelFuture say(Channel channel, @Nullable String text, CloseWebSocketFrame close) {
    // In one go, on the event loop that reads: a frame that passed meanwhile would switch off the
    // reading again.
    channel
        .eventLoop()
        .execute(() -> {
          if (text != null) {
            var _ = channel.write(new TextWebSocketFrame(text));
          }
          listen(channel, new Farewell(channel.writeAndFlush(close)));
        });
    return channel.closeFuture();
  }

  private static void listen(Channel channel, Farewell farewell) {
    ChannelPipeline pipeline = channel.pipeline();
    ChannelHandlerContext decoder = pipeline.context(WebSocketFrameDecoder.class);
    if (decoder != null) { // else it is closed already
      pipeline.addAfter(decoder.name(), null, farewell);
      channel.config().setAutoRead(true);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
    if (frame instanceof CloseWebSocketFrame) {
      said.addListener(ChannelFutureListener.CLOSE);
    }
  }
}
