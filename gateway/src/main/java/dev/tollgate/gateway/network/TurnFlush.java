package dev.tollgate.gateway.network;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets what the connections of one event loop have to say in one turn of it leave together, at the
 * turn's end. A third of the kernel's share of a request was waking up the receiver: who writes,
 * works for 200 µs and writes again, wakes it each time; who writes sixteen times in a row wakes it
 * once.
 *
 * <p>Stands first in a pipeline. Nothing is held back beyond the turn, and no more than {@value
 * #MOST} connections within it. What was flushed leaves before a connection is closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // it is the promise that the caller holds
public final class TurnFlush extends ChannelOutboundHandlerAdapter {

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

    private final List<TurnFlush> connections = new ArrayList<>();

    void add(TurnFlush connection, SingleThreadEventLoop loop) {
      connections.add(connection);
      if (connections.size() == 1) {
        loop.executeAfterEventLoopIteration(this);
      } else if (connections.size() == MOST) {
        run();
      }
    }

    /** By index: what leaves may free a writer, who adds more. */
    @Override
    public void run() {
      for (int i = 0; i < connections.size(); i++) {
        connections.get(i).leave();
      }
      connections.clear();
    }
  }
}
