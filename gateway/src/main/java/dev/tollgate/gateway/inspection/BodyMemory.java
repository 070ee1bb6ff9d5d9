package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.util.unit.DataSize;

/**
 * Bounds what the bodies of all requests together hold in memory: each of them has a bound of its
 * own, which says little of a thousand. Thread-safe.
 */
public final class BodyMemory {

  private static final Rejection FULL =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "Too many request bodies are being read at the moment. Ask again.",
          Duration.ofSeconds(1));

  private final long maximumBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  public BodyMemory(DataSize maximum) {
    this.maximumBytes = maximum.toBytes();
  }

  /** How much is held now. */
  public long heldBytes() {
    return heldBytes.get();
  }

  /** The limit of one body: what would never get in is too large. */
  public DataSize bounded(DataSize limit) {
    return limit.toBytes() <= maximumBytes ? limit : DataSize.ofBytes(maximumBytes);
  }

  /** A share for one request, empty at first; must be closed. */
  public Share open() {
    return new Share();
  }

  /** What one request holds. */
  public final class Share implements AutoCloseable {

    private long bytes;
    private boolean closed;

    private Share() {}

    /**
     * Takes so much more, before it is read.
     *
     * @throws dev.tollgate.gateway.error.RejectionException if there is no room for it
     */
    public synchronized void grow(long more) {
      if (closed) {
        return;
      }
      if (heldBytes.addAndGet(more) > maximumBytes) {
        heldBytes.addAndGet(-more);
        throw FULL.asException();
      }
      bytes += more;
    }

    /** Gives so much of it back: at most what it took. */
    public synchronized void shrink(long less) {
      if (!closed) {
        bytes -= less;
        heldBytes.addAndGet(-less);
      }
    }

    /** Takes what a chunk needs that came unannounced; without room for it, it is released. */
    public void take(DataBuffer chunk) {
      try {
        grow(chunk.readableByteCount());
      } catch (RuntimeException e) {
        DataBufferUtils.release(chunk);
        throw e;
      }
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        heldBytes.addAndGet(-bytes);
      }
    }
  }
}
