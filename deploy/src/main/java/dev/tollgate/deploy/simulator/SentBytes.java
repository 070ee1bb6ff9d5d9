package dev.tollgate.deploy.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the sockets have taken: not what waits for them. */
@Sharable
final class SentBytes extends ChannelOutboundHandlerAdapter {

  private final LongAdder sum = new LongAdder();

  long sum() {
    return sum.sum();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes) {
      int length = bytes.readableBytes();
      var _ =
          context
              .write(message, promise.unvoid())
              .addListener(written -> sum.add(written.isSuccess() ? length : 0));
    } else {
      var _ = context.write(message, promise);
    }
  }
}
