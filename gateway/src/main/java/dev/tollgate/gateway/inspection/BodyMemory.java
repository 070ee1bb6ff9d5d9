package dev.tollgate.gateway.inspection;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.util.unit.DataSize;

/**
 * Bounds what the bodies of all requests together hold in memory: each of them has a bound of its
 * own, which says little of a thousand. No owner's several bodies take all of it: a body that is
 * announced and comes a byte at a time costs its sender nothing, and no limit stands before it.
 * Thread-safe.
 */
public final class BodyMemory {

  private static final Rejection FULL =
      Rejection.retryable(
          ErrorCode.SERVICE_UNAVAILABLE,
          "Too many request bodies are being read at the moment. Ask again.",
          Duration.ofSeconds(1));

  /** Several bodies of one owner hold at most so many times what they leave to the others. */
  private static final long TIMES_THE_REST = 4;

  private final long maximumBytes;
  private final AtomicLong heldBytes = new AtomicLong();
  private final ConcurrentHashMap<String, Long> heldByOwner = new ConcurrentHashMap<>();

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

  /**
   * A share for one request, empty at first; must be closed.
   *
   * @param owner whose the request is
   */
  public Share open(String owner) {
    return new Share(owner);
  }

  /**
   * @param mine what the share that asks has already
   */
  private boolean reserve(String owner, long mine, long more) {
    long rest = maximumBytes - heldBytes.addAndGet(more);
    long own = heldByOwner.merge(owner, more, Long::sum);
    if (rest >= 0 && (own == mine + more || own <= TIMES_THE_REST * rest)) {
      return true;
    }
    giveBack(owner, more);
    return false;
  }

  private void giveBack(String owner, long less) {
    heldBytes.addAndGet(-less);
    var _ = heldByOwner.computeIfPresent(owner, (same, held) -> held == less ? null : held - less);
  }

  /** What one request holds. */
  public final class Share implements AutoCloseable {

    private final String owner;
    private long bytes;
    private boolean closed;

    private Share(String owner) {
      this.owner = owner;
    }

    /**
     * Takes so much more, before it is read.
     *
     * @throws dev.tollgate.gateway.error.RejectionException if there is no room for it
     */
    public synchronized void grow(long more) {
      if (closed) {
        return;
      }
      if (!reserve(owner, bytes, more)) {
        throw FULL.asException();
      }
      bytes += more;
    }

    /** Gives so much of it back: at most what it took. */
    public synchronized void shrink(long less) {
      if (!closed) {
        bytes -= less;
        giveBack(owner, less);
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
        giveBack(owner, bytes);
      }
    }
  }
}
