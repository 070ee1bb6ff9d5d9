package dev.tollgate.gateway.network;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Lets what the connections of one event loop have to say in one turn of it leave together, at the
 * turn's end. A third of the kernel's share of a request was waking up the receiver: who writes,
 * works for 200 µs and writes again, wakes it each time; who writes sixteen times in a row wakes it
 * once.
 *
 * <p>Stands first in a pipeline. Nothing is held back beyond the turn, and no more than {@value
 * #MOST} connections within it. What was flushed leaves before a connection is closed; what a
 * connection's own reading gave rise to leaves when that is over, since a client that has said all
 * is closed right behind, past the pipeline.
 */
@SuppressWarnings("FutureReturnValueIgnored") // it is the promise that the caller holds
public final class TurnFlush extends ChannelDuplexHandler {

  /** How many connections leave together: the first of them waits for the last. */
  private static final int MOST = 16;

  private static final String NAME = "tollgate.turnFlush";

  private static final FastThreadLocal<Turn> TURN =
      new FastThreadLocal<>() {
        @Override
        protected Turn initialValue() {
          return new Turn();
        }
      };

  private @Nullable ChannelHandlerContext waiting;

  private TurnFlush() {}

  /** For a new connection. */
  public static void install(ChannelPipeline pipeline) {
    pipeline.addFirst(NAME, new TurnFlush());
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    if (waiting != null) {
      return;
    }
    if (ctx.executor() instanceof SingleThreadEventLoop loop) {
      waiting = ctx;
      TURN.get().add(this, loop);
    } else {
      ctx.flush();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.fireChannelReadComplete();
    leave();
  }

  private void leave() {
    ChannelHandlerContext current = waiting;
    if (current != null) {
      waiting = null;
      current.flush();
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    leave();
    ctx.close(promise);
  }

  @Override
  public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
    leave();
    ctx.disconnect(promise);
  }

  @Override
  public void deregister(ChannelHandlerContext ctx, ChannelPromise promise) {
    leave();
    ctx.deregister(promise);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    leave();
  }

  /** Of one event loop, and used by its thread alone. */
  private static final class Turn implements Runnable {

    private final Queue<TurnFlush> connections = new ArrayDeque<>(MOST);
    private boolean scheduled;

    void add(TurnFlush connection, SingleThreadEventLoop loop) {
      connections.add(connection);
      if (!scheduled) {
        loop.executeAfterEventLoopIteration(this);
        scheduled = true;
      }
      if (connections.size() >= MOST) {
        leave();
      }
    }

    @Override
    public void run() {
      scheduled = false;
      leave();
    }

    /** What leaves may free a writer who adds more, and comes here again. */
    private void leave() {
      for (TurnFlush next = connections.poll(); next != null; next = connections.poll()) {
        next.leave();
      }
    }
  }
}
