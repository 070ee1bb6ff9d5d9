package dev.tollgate.gateway.network.internal;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections whose next request does not get through its head in time, however steadily it
 * drips (slowloris). Counts from the connection, and later from the first byte of each head:
 * between requests the idle time-out holds.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel itself tells how it ends
final class RequestHeadTimeout extends ChannelInboundHandlerAdapter {

  private final StrictRequestDecoder decoder;
  private final Duration timeout;
  private final Runnable onSilence;
  private @Nullable ScheduledFuture<?> deadline;
  private long armedForHead;

  /**
   * @param decoder the decoder behind this handler
   * @param onSilence told of a connection that is closed without a byte of a request
   */
  RequestHeadTimeout(StrictRequestDecoder decoder, Duration timeout, Runnable onSilence) {
    this.decoder = decoder;
    this.timeout = timeout;
    this.onSilence = onSilence;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    arm(ctx);
    ctx.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    // Decodes before it returns.
    ctx.fireChannelRead(message);
    if (!decoder.isWithinHead()) {
      if (decoder.heads() > armedForHead) {
        disarm();
      }
    } else if (deadline == null || decoder.heads() > armedForHead) {
      arm(ctx);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    disarm();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    disarm();
  }

  private void arm(ChannelHandlerContext ctx) {
    disarm();
    armedForHead = decoder.heads();
    deadline =
        ctx.executor().schedule(() -> expired(ctx), timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void disarm() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private void expired(ChannelHandlerContext ctx) {
    deadline = null;
    if (decoder.isWithinHead()) {
      ctx.fireUserEventTriggered(RequestStall.IN_HEAD);
    } else {
      onSilence.run();
      ctx.close();
    }
  }
}
