package dev.tollgate.benchmark.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;

/** One kept-alive connection with one request under way at most. Used on its event loop only. */
final class ClientConnection extends ChannelInboundHandlerAdapter {

  private final Channel channel;
  private AnswerListener listener = Idle.INSTANCE;

  ClientConnection(Channel channel) {
    this.channel = channel;
  }

  Channel channel() {
    return channel;
  }

  void send(ByteBuf request, AnswerListener follower) {
    listener = follower;
    var _ = channel.writeAndFlush(request.duplicate(), channel.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    AnswerListener present = listener;
    try {
      if (message instanceof HttpResponse head) {
        present.head(head.status().code());
      }
      if (message instanceof HttpContent part && part.content().isReadable()) {
        present.body(part.content());
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
    if (message instanceof LastHttpContent) {
      listener = Idle.INSTANCE;
      present.end();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    AnswerListener present = listener;
    listener = Idle.INSTANCE;
    present.lost(new EOFException("the connection was closed"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    AnswerListener present = listener;
    listener = Idle.INSTANCE;
    var _ = ctx.close();
    present.lost(cause);
  }

  /** Between two requests. A connection may be closed then. */
  private enum Idle implements AnswerListener {
    INSTANCE;

    @Override
    public void head(int status) {
      throw new IllegalStateException("an answer that nobody asked for");
    }

    @Override
    public void body(ByteBuf part) {
      throw new IllegalStateException("a body that nobody asked for");
    }

    @Override
    public void end() {}

    @Override
    public void lost(Throwable cause) {}
  }
}
