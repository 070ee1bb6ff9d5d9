package dev.tollgate.gateway.ledger;

import java.util.List;
import reactor.core.publisher.Mono;

/** The ledger that all replicas share. */
public interface BudgetStore {

  /**
   * A wish for more of one budget.
   *
   * @param limit of the window as the policy says now; micro-dollars, as all amounts
   * @param need of the next request: less is of no use
   * @param waiting of all requests that wait, the next included
   * @param want for requests to come, taken only while much is left
   */
  record Ask(BudgetKey budget, long limit, long need, long waiting, long want) {}

  /**
   * The answer.
   *
   * @param granted 0 where less than needed is left
   * @param taken of the limit by all replicas, what is granted now included
   * @param recallable whether nothing was granted, and others may hold what they do not need: they
   *     got it when much was left
   */
  record Grant(long granted, long taken, boolean recallable) {}

  /**
   * What this replica really holds of one budget: what it may still give to requests, what they
   * have, and what is spent and not stored yet.
   */
  record Held(BudgetKey budget, long amount) {}

  /** Grants in the order of the asks. */
  Mono<List<Grant>> lease(List<Ask> asks);

  /**
   * Gives back what was leased above this. Carried out late, after a lease that was asked for
   * later, it changes nothing; nor does a lease then.
   */
  Mono<Void> hold(List<Held> held);

  /**
   * Has other replicas give back what they got of one budget when much was left, and do not use.
   * Completes when all have said what they hold, or have had time to.
   */
  Mono<Void> recall(BudgetKey budget);

  /**
   * Gives back what an earlier process of this replica held, once, however often it is called.
   * Until then no lease is granted.
   */
  Mono<Void> takeOver();

  /** Gives back all that this replica holds. */
  Mono<Void> holdNothing();
}
