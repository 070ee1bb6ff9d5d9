/**
 * The Redis that gateways share what must count once among them; a single gateway needs none. It is
 * never the ledger: what is lost with it must be bearable.
 */
@NullMarked
package dev.tollgate.gateway.redis;

import org.jspecify.annotations.NullMarked;
