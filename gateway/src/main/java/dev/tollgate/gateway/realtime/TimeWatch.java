package dev.tollgate.gateway.realtime;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** One timer for a whole connection: it looks when the earliest time-out could have passed. */
final class TimeWatch implements Disposable {

  private final EventLoop eventLoop;
  private final Duration idle;
  private final Duration total;
  private final Consumer<RelayEnd> end;
  private volatile long lastNanos = System.nanoTime();
  private volatile @Nullable Future<?> alarm;
  private volatile boolean disposed;
  private long deadlineNanos;

  /**
   * @param idle the longest silence of both sides
   * @param total what is left of the connection's time
   * @param end is told when either has passed, perhaps again and again
   */
  TimeWatch(EventLoop eventLoop, Duration idle, Duration total, Consumer<RelayEnd> end) {
    this.eventLoop = eventLoop;
    this.idle = idle;
    this.total = total;
    this.end = end;
  }

  /** Once. */
  Disposable begin() {
    deadlineNanos = System.nanoTime() + total.toNanos();
    look();
    return this;
  }

  /** A frame passes. */
  void passed() {
    lastNanos = System.nanoTime();
  }

  private void look() {
    long now = System.nanoTime();
    long idleLeft = idle.toNanos() - (now - lastNanos);
    if (now - deadlineNanos >= 0) {
      end.accept(new RelayEnd.TookTooLong());
    } else if (idleLeft <= 0) {
      end.accept(new RelayEnd.Idle());
    } else if (!disposed) {
      long delay = Math.min(idleLeft, deadlineNanos - now);
      alarm = eventLoop.schedule(this::look, delay, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void dispose() {
    disposed = true;
    Future<?> current = alarm;
    if (current != null) {
      current.cancel(false);
    }
  }

  @Override
  public boolean isDisposed() {
    return disposed;
  }
}
