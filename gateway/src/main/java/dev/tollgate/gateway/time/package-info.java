/**
 * The time by which gateways count money: the database's, so that all of them are in the same hour.
 */
@NullMarked
package dev.tollgate.gateway.time;

import org.jspecify.annotations.NullMarked;
