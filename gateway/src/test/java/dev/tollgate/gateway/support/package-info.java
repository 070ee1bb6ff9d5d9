/**
 * The whole gateway on a real socket without a database, for integration tests: {@link
 * dev.tollgate.gateway.support.GatewayHarness}.
 */
@NullMarked
package dev.tollgate.gateway.support;

import org.jspecify.annotations.NullMarked;
