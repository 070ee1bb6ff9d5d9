package dev.tollgate.gateway.concurrency.internal;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Everybody in line who needs a permit of one subject. Guarded by the line. */
final class SubjectQueue {

  private final TreeSet<Waiter> waiters = new TreeSet<>();
  private long limit;
  private int counted;
  private int blocked;
  private int blockedWithPriority;

  long limit() {
    return limit;
  }

  /** As the newest request's policy says it; whether those in line may hope for more now. */
  boolean limit(long newest) {
    boolean raised = newest > limit;
    limit = newest;
    return raised;
  }

  /** How many count towards {@code max_queued_requests}. */
  int counted() {
    return counted;
  }

  boolean isEmpty() {
    return waiters.isEmpty();
  }

  void add(Waiter waiter, boolean counts) {
    waiters.add(waiter);
    counted += counts ? 1 : 0;
  }

  void remove(Waiter waiter, boolean counts) {
    waiters.remove(waiter);
    counted -= counts ? 1 : 0;
  }

  /** One of those in line was, or is no longer, kept waiting by this subject. */
  void blocked(Waiter waiter, int more) {
    blocked += more;
    blockedWithPriority += waiter.priority() ? more : 0;
  }

  /** Whether this subject keeps somebody waiting who comes before a newcomer. */
  boolean blocksBefore(Waiter newcomer) {
    return (newcomer.priority() ? blockedWithPriority : blocked) > 0;
  }

  /** The next in line; null: there is none. */
  @Nullable Waiter after(@Nullable Waiter last) {
    if (last == null) {
      return waiters.isEmpty() ? null : waiters.first();
    }
    return waiters.higher(last);
  }
}
