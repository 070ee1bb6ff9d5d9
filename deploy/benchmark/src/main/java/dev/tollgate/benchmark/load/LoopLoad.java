package dev.tollgate.benchmark.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** The part of a load that runs on one event loop; only the counter is read from elsewhere. */
abstract class LoopLoad implements Load {

  private final EventLoop loop;
  private final List<ClientConnection> connections;
  private final Failures failures = new Failures();
  private final AtomicLong count = new AtomicLong();
  private boolean ended;
  private Window window = emptyWindow();

  LoopLoad(Connector connector, Target target, int connections) {
    this.loop = connector.loop();
    this.connections = connector.connect(target.address(), connections);
  }

  /** Sends the first requests; on the event loop. */
  abstract void start();

  final void begin() {
    onLoop(() -> {
      start();
      return true;
    });
  }

  final EventLoop loop() {
    return loop;
  }

  final List<ClientConnection> connections() {
    return connections;
  }

  final Window window() {
    return window;
  }

  final boolean hasEnded() {
    return ended;
  }

  final void counted() {
    // one writer
    count.lazySet(count.get() + 1);
  }

  final void failed(String what) {
    if (!ended) {
      failures.add(what);
    }
  }

  @Override
  public final long count() {
    return count.get();
  }

  @Override
  public final void beginWindow() {
    onLoop(() -> window = emptyWindow());
  }

  @Override
  public final Window endWindow() {
    return onLoop(() -> {
      Window done = window;
      window = emptyWindow();
      return done;
    });
  }

  @Override
  public final void close() {
    var closing = new ArrayDeque<ChannelFuture>();
    onLoop(() -> {
      ended = true;
      connections.forEach(connection -> closing.add(connection.channel().close()));
      return true;
    });
    closing.forEach(ChannelFuture::syncUninterruptibly);
    failures.requireNone();
  }

  private <T> T onLoop(Callable<T> action) {
    try {
      return loop.submit(action).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Window emptyWindow() {
    return new Window(new Samples(), new Samples(), new Samples());
  }

  /** What all listeners do alike. */
  abstract class Following implements AnswerListener {

    private int status;

    @Override
    public final void head(int code) {
      status = code;
    }

    @Override
    public final void body(ByteBuf part) {
      if (status == 200) {
        bytes(part);
      } else {
        failed("status " + status + ": " + part.toString(java.nio.charset.StandardCharsets.UTF_8));
      }
    }

    @Override
    public final void lost(Throwable cause) {
      failed(cause.toString());
    }

    abstract void bytes(ByteBuf part);
  }
}
