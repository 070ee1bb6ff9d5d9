package dev.tollgate.gateway.network.internal;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices a request body that stands still while the gateway waits for more of it. The time in
 * which the gateway does not read, because the provider is slow to take the body, is not the
 * client's.
 *
 * <p>A body that comes with its head costs no timer; one timer serves all bodies of a connection.
 */
final class RequestBodyTimeout extends ChannelDuplexHandler {

  private final long timeoutNanos;
  private boolean inBody;
  private boolean waiting;
  private long waitingSinceNanos;
  private @Nullable ScheduledFuture<?> check;

  RequestBodyTimeout(Duration timeout) {
    this.timeoutNanos = timeout.toNanos();
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (inBody && !waiting) {
      waiting = true;
      waitingSinceNanos = now(ctx);
      if (check == null) {
        checkIn(ctx, timeoutNanos);
      }
    }
    ctx.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    waiting = false;
    if (message instanceof LastHttpContent) {
      inBody = false;
    } else if (message instanceof HttpRequest) {
      inBody = true;
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cancelCheck();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    cancelCheck();
  }

  private void check(ChannelHandlerContext ctx) {
    check = null;
    if (!inBody) {
      return;
    }
    long left = waiting ? waitingSinceNanos + timeoutNanos - now(ctx) : timeoutNanos;
    if (left > 0) {
      checkIn(ctx, left);
    } else {
      inBody = false;
      ctx.fireUserEventTriggered(RequestStall.IN_BODY);
    }
  }

  private static long now(ChannelHandlerContext ctx) {
    return ctx.executor().ticker().nanoTime();
  }

  private void checkIn(ChannelHandlerContext ctx, long delayNanos) {
    check = ctx.executor().schedule(() -> check(ctx), delayNanos, TimeUnit.NANOSECONDS);
  }

  private void cancelCheck() {
    if (check != null) {
      check.cancel(false);
      check = null;
    }
  }
}
