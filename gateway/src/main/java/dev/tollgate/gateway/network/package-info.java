/** The edges of the process: what may come in as HTTP at all, and which addresses may be called. */
@NullMarked
package dev.tollgate.gateway.network;

import org.jspecify.annotations.NullMarked;
