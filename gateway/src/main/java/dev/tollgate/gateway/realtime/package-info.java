/**
 * Two WebSocket connections as one: frames pass both ways as they came, and either end is the other
 * one's. Knows nothing of providers or keys.
 */
@NullMarked
package dev.tollgate.gateway.realtime;

import org.jspecify.annotations.NullMarked;
