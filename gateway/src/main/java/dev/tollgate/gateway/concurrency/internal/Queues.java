package dev.tollgate.gateway.concurrency.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for whom. Everybody stands in the queue of each subject that they need a permit of, but
 * a place keeps others back only where its subject is what keeps it waiting: who waits for a permit
 * of their key takes no turn of the project from others. Guarded by the line.
 */
final class Queues {

  private final Map<String, SubjectQueue> queues = new HashMap<>();
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  Set<String> subjects() {
    return queues.keySet();
  }

  @Nullable SubjectQueue of(String subject) {
    return queues.get(subject);
  }

  /** Takes over the newest limits; the subjects whose limit is higher now than it was. */
  List<String> learn(List<Wanted> wanted) {
    List<String> raised = new ArrayList<>(0);
    for (Wanted one : wanted) {
      SubjectQueue queue = queues.get(one.name());
      if (queue != null && queue.limit(one.limit())) {
        raised.add(one.name());
      }
    }
    return raised;
  }

  /** Which of what it wants others wait for that come before it, one bit each. */
  int behind(Waiter newcomer) {
    int mask = 0;
    for (int i = 0; i < newcomer.wanted().size(); i++) {
      SubjectQueue queue = queues.get(newcomer.wanted().get(i).name());
      if (queue != null && queue.blocksBefore(newcomer)) {
        mask |= 1 << i;
      }
    }
    return mask;
  }

  /** Whether one more may wait for all that {@code mask} names. */
  boolean haveRoom(List<Wanted> wanted, int mask) {
    for (int i = 0; i < wanted.size(); i++) {
      SubjectQueue queue = queues.get(wanted.get(i).name());
      int waiting = queue == null ? 0 : queue.counted();
      if ((mask & 1 << i) != 0 && waiting >= wanted.get(i).queued()) {
        return false;
      }
    }
    return true;
  }

  void add(Waiter waiter, int mask) {
    waiter.countsIn(mask);
    for (int i = 0; i < waiter.wanted().size(); i++) {
      Wanted one = waiter.wanted().get(i);
      SubjectQueue queue = queues.computeIfAbsent(one.name(), name -> new SubjectQueue());
      var _ = queue.limit(one.limit());
      queue.add(waiter, (mask & 1 << i) != 0);
    }
    size++;
    block(waiter, mask);
  }

  /** Does nothing for one who is not in line. */
  void remove(Waiter waiter) {
    if (waiter.counted() == 0) {
      return;
    }
    block(waiter, 0);
    for (int i = 0; i < waiter.wanted().size(); i++) {
      String name = waiter.wanted().get(i).name();
      SubjectQueue queue = existing(name);
      queue.remove(waiter, (waiter.counted() & 1 << i) != 0);
      if (queue.isEmpty()) {
        queues.remove(name);
      }
    }
    waiter.countsIn(0);
    size--;
  }

  /** What keeps one in line waiting has changed. */
  void block(Waiter waiter, int mask) {
    int changed = waiter.blocked() ^ mask;
    for (int i = 0; i < waiter.wanted().size(); i++) {
      if ((changed & 1 << i) != 0) {
        existing(waiter.wanted().get(i).name()).blocked(waiter, (mask & 1 << i) != 0 ? 1 : -1);
      }
    }
    waiter.blockedBy(mask);
  }

  private SubjectQueue existing(String subject) {
    SubjectQueue queue = queues.get(subject);
    if (queue == null) {
      throw new IllegalStateException("nobody waits for " + subject);
    }
    return queue;
  }

  /** What one needs, by the newest limits. */
  Claim claim(Waiter waiter) {
    List<Need> needs = new ArrayList<>(waiter.wanted().size());
    for (Wanted one : waiter.wanted()) {
      SubjectQueue queue = queues.get(one.name());
      needs.add(new Need(one.name(), queue == null ? one.limit() : queue.limit()));
    }
    return new Claim(waiter.nextId(), needs);
  }
}
