package dev.tollgate.gateway.concurrency.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes once along the line, in order, past everybody who needs one of some subjects, until none of
 * these has a permit left. Who needs something that is known to be used up is passed over: others
 * may have what it cannot use. Guarded by the line.
 */
final class Round {

  /** As many as one question to the store may name. */
  private static final int WIDEST = 64;

  private final Set<String> open;
  private final Set<String> full = new HashSet<>();
  private @Nullable Waiter last;
  private int width;

  /**
   * Begins with one for each subject, since that may be all who can go.
   *
   * @param subjects those that may have permits
   */
  Round(Set<String> subjects) {
    this.open = new HashSet<>(subjects);
    this.width = Math.min(Math.max(subjects.size(), 1), WIDEST);
  }

  /** The next to be asked for, in order; nobody: the round is over. */
  List<Waiter> next(Queues queues) {
    List<Waiter> next = new ArrayList<>();
    Waiter candidate = following(queues);
    while (candidate != null) {
      int hopeless = hopeless(candidate);
      if (hopeless == 0) {
        next.add(candidate);
      } else {
        queues.block(candidate, hopeless);
      }
      last = candidate;
      candidate = next.size() < width ? following(queues) : null;
    }
    width = Math.min(2 * width, WIDEST);
    return next;
  }

  private @Nullable Waiter following(Queues queues) {
    Waiter first = null;
    for (String subject : open) {
      SubjectQueue queue = queues.of(subject);
      Waiter one = queue == null ? null : queue.after(last);
      if (one != null && (first == null || one.compareTo(first) < 0)) {
        first = one;
      }
    }
    return first;
  }

  private int hopeless(Waiter waiter) {
    int mask = 0;
    for (int i = 0; i < waiter.wanted().size(); i++) {
      if (full.contains(waiter.wanted().get(i).name())) {
        mask |= 1 << i;
      }
    }
    return mask;
  }

  /** The store had no permit left for what {@code mask} names. */
  void usedUp(Waiter waiter, int mask) {
    for (int i = 0; i < waiter.wanted().size(); i++) {
      if ((mask & 1 << i) != 0) {
        String name = waiter.wanted().get(i).name();
        full.add(name);
        open.remove(name);
      }
    }
  }
}
