package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.error.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * A request on its way to its permits, whether it gets them at once or stands in line. Its end (a
 * permit, a refusal, a client that went away) comes once; who comes second learns that it is over.
 */
final class Waiter implements Comparable<Waiter> {

  /** Those with priority, then those who came first. */
  private static final Comparator<Waiter> ORDER =
      Comparator.comparing((Waiter waiter) -> !waiter.priority)
          .thenComparingLong(waiter -> waiter.number);

  /** Its end without a permit. */
  private static final Permit NOTHING = Permit.NONE;

  private final String id;
  private final long number;
  private final boolean priority;
  private final List<Wanted> wanted;
  private final MonoSink<Permit> client;

  /** What it ended with; null: nobody has told it anything yet. */
  private final AtomicReference<@Nullable Permit> end = new AtomicReference<>();

  /** Which of what it wants kept it from going when last asked; guarded by the line. */
  private int blocked;

  /** In whose queues it counts: of what was full when it came; guarded by the line. */
  private int counted;

  private int tries;
  private volatile long since;
  private volatile @Nullable Disposable alarm;

  Waiter(String id, long number, boolean priority, List<Wanted> wanted, MonoSink<Permit> client) {
    this.id = id;
    this.number = number;
    this.priority = priority;
    this.wanted = wanted;
    this.client = client;
  }

  /** Each try has an id of its own: one may still be taken back when the next is granted. */
  String nextId() {
    tries++;
    return id + '.' + tries;
  }

  boolean priority() {
    return priority;
  }

  List<Wanted> wanted() {
    return wanted;
  }

  int blocked() {
    return blocked;
  }

  void blockedBy(int mask) {
    blocked = mask;
  }

  int counted() {
    return counted;
  }

  void countsIn(int mask) {
    counted = mask;
  }

  /** Those of what it wants that a mask names, one bit each. */
  List<String> names(int mask) {
    List<String> names = new ArrayList<>(wanted.size());
    for (int i = 0; i < wanted.size(); i++) {
      if ((mask & 1 << i) != 0) {
        names.add(wanted.get(i).name());
      }
    }
    return names;
  }

  /** Milliseconds of the scheduler's clock. */
  long since() {
    return since;
  }

  void waitsFrom(long now) {
    since = now;
  }

  boolean isOpen() {
    return end.get() == null;
  }

  /** The shortest that any of the queues lets it wait that a mask names. */
  Duration patience(int mask) {
    Duration shortest = null;
    for (int i = 0; i < wanted.size(); i++) {
      Duration wait = wanted.get(i).patience();
      if ((mask & 1 << i) != 0 && (shortest == null || wait.compareTo(shortest) < 0)) {
        shortest = wait;
      }
    }
    return shortest == null ? Duration.ZERO : shortest;
  }

  void alarm(Disposable timer) {
    alarm = timer;
    if (!isOpen()) {
      timer.dispose();
    }
  }

  /** Whether the permit is this request's now; to be followed by {@link #deliver}. */
  boolean grant(Permit granted) {
    return end(granted) == null;
  }

  void deliver() {
    client.success(end.get());
  }

  /** On another thread, unless it takes nothing any more. */
  void deliverOn(Scheduler scheduler) {
    try {
      var _ = scheduler.schedule(this::deliver);
    } catch (RejectedExecutionException e) {
      deliver();
    }
  }

  /** Tells the client, unless it is over already. */
  boolean refuse(Rejection refusal) {
    boolean open = end(NOTHING) == null;
    if (open) {
      client.error(refusal.asException());
    }
    return open;
  }

  /** Its client has gone away before it was told anything. */
  void abandon(Line line) {
    Permit granted = end(NOTHING);
    if (granted == null) {
      line.leave(this);
    } else {
      granted.release();
    }
  }

  /** What it had ended with before; null: this is its end. */
  private @Nullable Permit end(Permit how) {
    Permit before = end.compareAndExchange(null, how);
    Disposable timer = alarm;
    if (before == null && timer != null) {
      timer.dispose();
    }
    return before;
  }

  @Override
  public int compareTo(Waiter other) {
    return ORDER.compare(this, other);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }
}
