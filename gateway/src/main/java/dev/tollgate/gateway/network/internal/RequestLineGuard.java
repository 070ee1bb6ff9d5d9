package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the HTTP codec and before everything of Reactor Netty and Spring: what it refuses
 * is answered here, once, and ends the connection, since what follows a malformed request on the
 * same connection cannot be told apart from its body (request smuggling).
 *
 * <p>A client may send a request before the last one is answered; the refusal of such a request
 * waits for the answers before it. Of those that wait, no more is read than had come already.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the channel itself tells how it ends
final class RequestLineGuard extends ChannelDuplexHandler {

  /** How long Spring may take to answer a body that broke off before the connection just ends. */
  private static final long ANSWER_MILLIS = 1_000;

  private static final Rejection SLOW_HEAD =
      Rejection.of(ErrorCode.REQUEST_TIMEOUT, "The request's headers did not come in time.");
  private static final Rejection SLOW_BODY =
      Rejection.of(ErrorCode.REQUEST_TIMEOUT, "The request's body did not come in time.");
  private static final Rejection BROKEN_BODY =
      Rejection.of(ErrorCode.INVALID_REQUEST, "The request's body is not well-formed HTTP.");
  private static final Rejection KEY_IN_TARGET =
      Rejection.of(ErrorCode.INVALID_REQUEST, "Send the key in a header, never in the URL.");

  private enum State {
    /** Requests pass. */
    OPEN,
    /** Nothing more comes in; the answers under way go out, then the refusal if there is one. */
    ENDING,
    /** Nothing goes in or out any more. */
    CLOSED
  }

  private final RequestHeadPolicy policy;
  private final EdgeMeters meters;
  private State state = State.OPEN;
  private int unanswered;
  private boolean answering;
  private boolean informational;
  private boolean readHeld;
  private @Nullable RefusalAnswer refusal;

  RequestLineGuard(RequestHeadPolicy policy, EdgeMeters meters) {
    this.policy = policy;
    this.meters = meters;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (state != State.OPEN) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest request) {
      requestCame(ctx, request);
    } else if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
      content.release();
      bodyFailed(ctx, BROKEN_BODY);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  private void requestCame(ChannelHandlerContext ctx, HttpRequest request) {
    Rejection rejection = refusalOf(request);
    if (rejection == null) {
      unanswered++;
      ctx.fireChannelRead(request);
    } else {
      RefusalAnswer answer = RefusalAnswer.to(request, rejection);
      ReferenceCountUtil.release(request);
      refuse(ctx, answer);
    }
  }

  private @Nullable Rejection refusalOf(HttpRequest request) {
    CleartextHttp2Offer.decline(request);
    Rejection rejection = policy.refusalOf(request);
    return rejection != null ? rejection : withoutKeyInTarget(request);
  }

  private static @Nullable Rejection withoutKeyInTarget(HttpRequest request) {
    try {
      KeyInTarget.moveToHeader(request);
    } catch (IllegalArgumentException e) {
      return KEY_IN_TARGET;
    }
    return KeyInTarget.isIn(request.uri()) ? KEY_IN_TARGET : null;
  }

  private void refuse(ChannelHandlerContext ctx, RefusalAnswer answer) {
    meters.requestRefused(answer.rejection().code().status());
    answer.log();
    state = State.ENDING;
    refusal = answer;
    endIfAnswered(ctx);
  }

  /**
   * The body of the request that came last breaks off. Spring is told by an error in the body, so
   * that the answer and the access log are its own; without an answer the connection ends all the
   * same.
   */
  private void bodyFailed(ChannelHandlerContext ctx, Rejection rejection) {
    meters.requestRefused(rejection.code().status());
    state = State.ENDING;
    if (answering || unanswered != 1) {
      // The answer has begun, has been given already, or another one is due first.
      close(ctx);
      return;
    }
    ctx.fireExceptionCaught(rejection.asException());
    ctx.executor().schedule(() -> close(ctx), ANSWER_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof RequestStall stall)) {
      ctx.fireUserEventTriggered(event);
    } else if (state == State.OPEN) {
      switch (stall) {
        case IN_HEAD -> refuse(ctx, RefusalAnswer.toUnknown(SLOW_HEAD));
        case IN_BODY -> bodyFailed(ctx, SLOW_BODY);
      }
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (state == State.CLOSED) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    boolean switching = false;
    if (message instanceof HttpResponse response) {
      responseBegins(response);
      switching = response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    }
    ctx.write(message, promise);
    if (switching) {
      stepAside(ctx);
    } else if (message instanceof LastHttpContent && !informational) {
      answered(ctx);
    }
  }

  private void responseBegins(HttpResponse response) {
    informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    answering = !informational;
    if (state == State.ENDING && refusal == null && !informational) {
      HttpUtil.setKeepAlive(response, false);
    }
  }

  private void answered(ChannelHandlerContext ctx) {
    answering = false;
    unanswered--;
    endIfAnswered(ctx);
    if (readHeld && unanswered <= 1) {
      readHeld = false;
      ctx.read();
    }
  }

  private void endIfAnswered(ChannelHandlerContext ctx) {
    if (state != State.ENDING || unanswered > 0) {
      return;
    }
    state = State.CLOSED;
    Object last = refusal == null ? Unpooled.EMPTY_BUFFER : refusal.render();
    ctx.writeAndFlush(last).addListener(written -> LingeringClose.close(ctx.channel()));
  }

  private void close(ChannelHandlerContext ctx) {
    state = State.CLOSED;
    ctx.close();
  }

  /** Another protocol has taken over: what passes now is no HTTP. */
  private static void stepAside(ChannelHandlerContext ctx) {
    ctx.pipeline().remove(RequestHeadTimeout.class);
    ctx.pipeline().remove(RequestBodyTimeout.class);
    ctx.pipeline().remove(RequestLineGuard.class);
  }

  /** Does not read on while requests wait behind the one under way: their queue knows no bound. */
  @Override
  public void read(ChannelHandlerContext ctx) {
    if (state == State.OPEN && unanswered > 1) {
      readHeld = true;
    } else {
      ctx.read();
    }
  }

  @Override
  public boolean isSharable() {
    return false;
  }
}
