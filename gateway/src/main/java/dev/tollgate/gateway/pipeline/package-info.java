/**
 * The way of a request: its stages in their order, and the typed state that travels along. A
 * foundation: imports no feature.
 */
@NullMarked
package dev.tollgate.gateway.pipeline;

import org.jspecify.annotations.NullMarked;
