package dev.tollgate.gateway.ledger;

import dev.tollgate.gateway.ledger.BudgetStore.Ask;
import dev.tollgate.gateway.ledger.BudgetStore.Grant;
import dev.tollgate.gateway.ledger.BudgetStore.Held;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;

/**
 * One budget as this replica sees it; guarded by its {@link Ledger}. Micro-dollars and nanoseconds.
 */
final class Account {

  private static final Duration IDLE = Duration.ofSeconds(2);
  private static final Duration REFUSAL_HOLDS = Duration.ofMillis(100);

  final BudgetKey key;
  long limit;
  long held;
  long free;
  long waiting;
  long lastUsed;

  /** Whether the ledger has dropped it: whatever comes later goes to another one. */
  boolean forgotten;

  /** What is asked of the store for this budget, once at a time, for everybody who waits. */
  Sinks.@Nullable One<Void> running;

  /** Whether others may need what this replica does not. */
  private boolean exact;

  /** Whether the store may hold more for this replica than it knows of. */
  private boolean unsure;

  /**
   * Whether the limit was lowered and the store has granted nothing under it since: what is leased,
   * and what requests leave of it, may be more than the limit has room for.
   */
  private boolean aboveLimit;

  /** Whether nothing was given back since then. */
  private boolean untold;

  /** What the store was last asked under. */
  private long askedLimit;

  /** Whether the store was last told that this replica keeps something. */
  private boolean toldToKeep;

  /**
   * Whether that may have been too much: rows were stored since, or were before, and their answer
   * was lost.
   */
  private boolean toldTooMuch;

  private long want;
  private long leftElsewhere = Long.MAX_VALUE;
  private boolean refused;
  private long refusedAt;
  private long leasedAt;
  private boolean recallable;

  Account(Budget budget, long nanos) {
    this.key = budget.key();
    this.limit = budget.limit();
    this.lastUsed = nanos - IDLE.toNanos();
    this.leasedAt = lastUsed;
  }

  void limitChanged(long now) {
    if (now < limit) {
      aboveLimit = true;
      untold = true;
    }
    limit = now;
    refused = false;
  }

  /** What requests may take without asking the store. */
  long usable() {
    return aboveLimit ? Math.min(0, free) : free;
  }

  /**
   * Whether the store can only find out what there is room for under a lowered limit once it knows
   * what this replica does not need. Once for each limit: what is left later is given back by
   * itself.
   */
  boolean mustGiveBack() {
    return aboveLimit && untold && free > 0 && running == null;
  }

  boolean hasRefused(long amount, long nanos) {
    return refused
        && nanos - refusedAt < REFUSAL_HOLDS.toNanos()
        && amount > leftElsewhere + Math.max(0, usable());
  }

  Sinks.One<Void> begin() {
    Sinks.One<Void> own = Sinks.one();
    running = own;
    return own;
  }

  Ask ask(long amount) {
    askedLimit = limit;
    long need = amount - usable();
    return new Ask(key, limit, need, Math.max(need, waiting - usable()), Math.max(need, want));
  }

  /** Leases grow while they follow each other fast. */
  Sinks.One<Void> granted(Grant grant, long nanos) {
    held += grant.granted();
    free += grant.granted();
    leftElsewhere = Math.max(0, limit - grant.taken());
    recallable = grant.recallable();
    refused = grant.granted() == 0;
    if (refused) {
      refusedAt = nanos;
    } else {
      // All that is leased has room under what was asked for, this replica's own included.
      aboveLimit &= askedLimit > limit;
      exact = leftElsewhere / 20 < grant.granted();
      want = nanos - leasedAt < IDLE.toNanos() ? 2 * grant.granted() : grant.granted();
      leasedAt = nanos;
      lastUsed = nanos;
    }
    return end();
  }

  /** The store may have granted, or taken back, without our hearing of it. */
  Sinks.One<Void> failed() {
    unsure = true;
    return end();
  }

  Sinks.One<Void> end() {
    Sinks.One<Void> ended = running;
    if (ended == null) {
      throw new IllegalStateException("nothing is asked for " + key);
    }
    running = null;
    return ended;
  }

  /** Whether others may give back what they do not use, so that it is worth asking again. */
  boolean isRecallable() {
    return recallable;
  }

  Sinks.One<Void> recalled(boolean answered) {
    recallable = false;
    refused = !answered;
    return end();
  }

  /** Others need it: gives back by itself from now on, until a lease finds much left. */
  void calledBack() {
    exact = true;
  }

  /** Whether the store holds more for this replica than is of use here. */
  boolean hasSurplus(Instant now, long nanos) {
    return running == null && (unsure || (isOver(now, nanos) && (free > 0 || toldTooMuch)));
  }

  /** Near the limit, others may wait for what this replica does not need. */
  private boolean isOver(Instant now, long nanos) {
    return exact || aboveLimit || nanos - lastUsed >= IDLE.toNanos() || !now.isBefore(key.endsAt());
  }

  /** One in debt still has requests on their way, whose lease others have spent. */
  boolean isForgettable(Instant now, long nanos) {
    return running == null
        && !unsure
        && held == 0
        && free == 0
        && waiting == 0
        && isOver(now, nanos);
  }

  /** What no lease covered, the store took from what was left, or noted as overrun. */
  void stored(long spent) {
    toldTooMuch |= toldToKeep && spent > 0;
    held -= spent;
    if (held < 0) {
      free -= held;
      held = 0;
    }
  }

  /** For a store that knows what is spent, as it is while no usage row is being stored. */
  Held giveBack() {
    unsure = false;
    return keepUsed();
  }

  /**
   * For a store that may have counted rows which this replica still holds: it gives back too little
   * then, and the rest between two batches of rows.
   */
  Held giveBackMeanwhile() {
    unsure = true;
    return keepUsed();
  }

  private Held keepUsed() {
    if (free > 0) {
      held -= free;
      free = 0;
    }
    untold = false;
    toldToKeep = held > 0;
    toldTooMuch = false;
    return new Held(key, Math.max(0, held));
  }
}
