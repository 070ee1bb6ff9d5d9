/**
 * That money is exact whatever happens: two gateways in processes of their own on one PostgreSQL
 * and one Redis, each of which can be killed and frozen, and a provider that keeps its own ledger
 * as the truth.
 */
@NullMarked
package dev.tollgate.deploy.money;

import org.jspecify.annotations.NullMarked;
