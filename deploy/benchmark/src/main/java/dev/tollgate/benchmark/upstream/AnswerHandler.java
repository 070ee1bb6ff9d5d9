package dev.tollgate.benchmark.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers one connection's requests, one after the other. */
final class AnswerHandler extends ChannelInboundHandlerAdapter {

  private static final ByteBuf STREAMED =
      Unpooled.unreleasableBuffer(
          Unpooled.wrappedBuffer("\"stream\":true".getBytes(US_ASCII)).asReadOnly());

  private final Supplier<StreamPlan> plan;
  private boolean bodyBegun;
  private boolean streamed;
  private @Nullable Future<?> ticking;

  AnswerHandler(Supplier<StreamPlan> plan) {
    this.plan = plan;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest) {
        bodyBegun = false;
        streamed = false;
      }
      if (message instanceof HttpContent part) {
        body(part.content());
      }
      if (message instanceof LastHttpContent) {
        answer(ctx);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** The load generator writes {@code stream} first, so that the first bytes tell. */
  private void body(ByteBuf part) {
    if (!bodyBegun && part.isReadable()) {
      bodyBegun = true;
      ByteBuf beginning = part.slice(part.readerIndex(), Math.min(64, part.readableBytes()));
      streamed = ByteBufUtil.indexOf(STREAMED, beginning) >= 0;
    }
  }

  private void answer(ChannelHandlerContext ctx) {
    if (streamed) {
      new EventStream(ctx, plan.get()).begin();
    } else {
      var _ = ctx.writeAndFlush(Answers.WHOLE.duplicate(), ctx.voidPromise());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopTicking();
  }

  private void stopTicking() {
    if (ticking != null) {
      ticking.cancel(false);
      ticking = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException)) {
      ctx.fireExceptionCaught(cause);
    }
    var _ = ctx.close();
  }

  private final class EventStream {

    private final ChannelHandlerContext ctx;
    private final StreamPlan plan;
    private int sent;

    EventStream(ChannelHandlerContext ctx, StreamPlan plan) {
      this.ctx = ctx;
      this.plan = plan;
    }

    void begin() {
      var _ = ctx.write(Answers.STREAM_HEAD.duplicate(), ctx.voidPromise());
      next();
      long apart = plan.apart().toNanos();
      ScheduledFuture<?> timer =
          ctx.executor().scheduleAtFixedRate(this::next, apart, apart, TimeUnit.NANOSECONDS);
      ticking = timer;
    }

    /** One more event; nobody who reads too slowly makes this server hold more than a window. */
    private void next() {
      if (sent < plan.events()) {
        if (ctx.channel().isWritable()) {
          sent++;
          var _ = ctx.writeAndFlush(Answers.EVENT.duplicate(), ctx.voidPromise());
        }
      } else {
        stopTicking();
        var _ = ctx.writeAndFlush(Answers.STREAM_END.duplicate(), ctx.voidPromise());
      }
    }
  }
}
