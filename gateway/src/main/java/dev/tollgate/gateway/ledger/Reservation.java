package dev.tollgate.gateway.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What one request may spend, of every budget over it. Ends by the first {@link #settle}; releasing
 * is settling at nothing. Thread-safe.
 */
public final class Reservation {

  private final Ledger ledger;
  private final List<Budget> budgets;

  /** As far as they were looked for; guarded by the ledger. */
  private final @Nullable Account[] accounts;

  /** Guarded by the ledger. */
  private boolean limitsAreTold;

  private long amount;
  private boolean settled;
  private long spent;

  /**
   * @param limitsAreTold whether the ledger knows these limits, and maybe newer ones by now
   */
  Reservation(Ledger ledger, List<Budget> budgets, boolean limitsAreTold) {
    this.ledger = ledger;
    this.budgets = budgets;
    this.limitsAreTold = limitsAreTold;
    this.accounts = new @Nullable Account[budgets.size()];
  }

  List<Budget> budgets() {
    return budgets;
  }

  /**
   * Whether its limits are news: so at first. Of a request that goes on they may be older than what
   * others have told since.
   */
  boolean tellsLimits() {
    boolean news = !limitsAreTold;
    limitsAreTold = true;
    return news;
  }

  @Nullable Account account(int place) {
    return accounts[place];
  }

  void account(int place, Account found) {
    accounts[place] = found;
  }

  /** Micro-dollars reserved so far. */
  public synchronized long amount() {
    return amount;
  }

  /** Whether it was still open: a request that is over reserves nothing any more. */
  synchronized boolean grow(long more) {
    if (settled) {
      return false;
    }
    amount += more;
    return true;
  }

  /** Nothing reserved yet, of the same budgets. */
  public Reservation another() {
    return new Reservation(ledger, budgets, true);
  }

  /** Reserves so much more; fails with a rejection if a budget has less left. */
  public Mono<Void> extend(long more) {
    return ledger.reserve(this, more);
  }

  /** The request is over and has cost {@code cost}, which may be above what was reserved. */
  public void settle(long cost) {
    long reserved;
    synchronized (this) {
      if (settled) {
        return;
      }
      settled = true;
      spent = cost;
      reserved = amount;
    }
    ledger.settle(this, reserved, cost);
  }

  /** The usage row of the settled request is stored. */
  public void stored() {
    long cost;
    synchronized (this) {
      cost = spent;
      spent = 0;
    }
    ledger.stored(this, cost);
  }
}
