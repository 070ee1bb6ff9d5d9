package dev.tollgate.gateway.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Files that are made ready beforehand, so that nobody waits for the disk: as many as are filled
 * while it takes nothing for a while. Thread-safe.
 */
final class Spares {

  static final int LEAST = 2;

  /** So long the disk may take nothing. */
  private static final Duration STALL = Duration.ofSeconds(2);

  private final Executor background;
  private final Maker maker;
  private final Runnable whenMade;
  private final LongSupplier nanoClock;
  private final int most;
  private final Deque<Segment> ready = new ArrayDeque<>();
  private int wanted = LEAST;
  private long takenAt;
  private boolean preparing;
  private boolean closed;
  private String whyNone = "";

  /** Makes a file. */
  interface Maker {
    Segment make() throws IOException;
  }

  /**
   * @param most how many to keep at most, however fast they are filled
   * @param whenMade is told of each that is ready
   */
  Spares(Executor background, Maker maker, Runnable whenMade, int most, LongSupplier nanoClock) {
    this.background = background;
    this.maker = maker;
    this.whenMade = whenMade;
    this.most = Math.max(LEAST, most);
    this.nanoClock = nanoClock;
    this.takenAt = nanoClock.getAsLong();
  }

  /** The next, to be filled now; null: none is ready. */
  synchronized @Nullable Segment take() {
    Segment next = ready.pollFirst();
    if (next != null) {
      long now = nanoClock.getAsLong();
      long filledIn = Math.max(1, now - takenAt);
      takenAt = now;
      wanted = Math.clamp(Math.ceilDiv(STALL.toNanos(), filledIn), LEAST, most);
    }
    return next;
  }

  /**
   * Has one more made, unless there are enough.
   *
   * @param room how many there may be
   */
  synchronized void prepare(long room) {
    if (closed || preparing || ready.size() >= wanted) {
      return;
    }
    if (ready.size() >= room) {
      whyNone = "it has reached its size";
      return;
    }
    preparing = true;
    try {
      background.execute(this::make);
    } catch (RuntimeException e) {
      preparing = false;
      whyNone = e.toString();
    }
  }

  private void make() {
    Segment made = null;
    String failure = "no file could be made";
    try {
      made = maker.make();
      failure = "";
    } catch (IOException e) {
      failure = e.toString();
    } finally {
      // After an error too: else nobody would ever try again.
      made(made, failure);
    }
    if (made != null) {
      whenMade.run();
    }
  }

  private synchronized void made(@Nullable Segment made, String failure) {
    preparing = false;
    whyNone = failure;
    if (made != null) {
      if (closed) {
        made.close();
        made.delete();
      } else {
        ready.add(made);
      }
    }
  }

  /** Why there is none. */
  synchronized String whyNone() {
    return whyNone;
  }

  /** Ends it; what was ready is the caller's. */
  synchronized List<Segment> close() {
    closed = true;
    return List.copyOf(ready);
  }
}
