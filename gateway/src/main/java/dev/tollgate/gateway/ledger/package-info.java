/**
 * Budgets that no number of replicas overspends: money is leased from PostgreSQL ahead of need,
 * reserved from the lease in memory, and spent in the transaction that stores the usage row.
 */
@NullMarked
package dev.tollgate.gateway.ledger;

import org.jspecify.annotations.NullMarked;
