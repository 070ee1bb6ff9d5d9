package dev.tollgate.gateway.inspection;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

/**
 * A body that one thread may inspect while another gives its request up; the last one to leave
 * releases it. Netty's own count would not do: of a buffer that was released and is in use again, a
 * late {@code retain()} takes a part.
 */
public final class WholeBody {

  private final ByteBuf bytes;
  private final Runnable released;
  private int users = 1;
  private boolean needed = true;

  /** One user is in it: the request. */
  public WholeBody(ByteBuf bytes) {
    this(bytes, () -> {});
  }

  /**
   * One user is in it: the request.
   *
   * @param released is run once the body is
   */
  public WholeBody(ByteBuf bytes, Runnable released) {
    this.bytes = bytes;
    this.released = released;
  }

  /**
   * What {@code reader} makes of it. To be used wherever the client's event loop may be another
   * thread, which is nearly everywhere: the client's connection is gone in a moment of its own.
   *
   * @throws CancellationException if the request is gone, and the body with it
   */
  public <T> T read(Function<ByteBuf, T> reader) {
    if (!enter()) {
      throw new CancellationException("the request is gone");
    }
    try {
      return reader.apply(bytes);
    } finally {
      leave();
    }
  }

  /** For those who are in it. */
  public ByteBuf bytes() {
    return bytes;
  }

  /** Whether it is still there; if so, it stays until this user has left. */
  public synchronized boolean enter() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  /** What the user saw of it is not to be used afterwards. */
  public void leave() {
    if (isLast()) {
      bytes.release();
      released.run();
    }
  }

  private synchronized boolean isLast() {
    return --users == 0;
  }

  /** The request, its first user, leaves: when it is over, or as soon as it needs it no more. */
  public void done() {
    if (isFirstTime()) {
      leave();
    }
  }

  private synchronized boolean isFirstTime() {
    boolean first = needed;
    needed = false;
    return first;
  }
}
