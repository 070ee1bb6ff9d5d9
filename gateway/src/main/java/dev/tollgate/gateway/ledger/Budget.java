package dev.tollgate.gateway.ledger;

/**
 * A limit that stands over a request.
 *
 * @param limit in micro-dollars
 */
public record Budget(BudgetKey key, long limit) {}
