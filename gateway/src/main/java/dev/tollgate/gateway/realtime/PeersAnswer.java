package dev.tollgate.gateway.realtime;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;

/** Takes all that a peer still sends to no avail, and closes when it answers that it is over. */
final class PeersAnswer extends SimpleChannelInboundHandler<WebSocketFrame> {

  private PeersAnswer() {}

  /** From now on nothing that is read goes any further. Does nothing where it is closed. */
  static void awaitOn(Channel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    ChannelHandlerContext decoder = pipeline.context(WebSocketFrameDecoder.class);
    if (decoder != null) {
      pipeline.addAfter(decoder.name(), null, new PeersAnswer());
      channel.config().setAutoRead(true);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
    if (frame instanceof CloseWebSocketFrame) {
      var _ = context.close();
    }
  }
}
