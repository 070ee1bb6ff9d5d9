/**
 * Lets a request through every limit that stands over it, or through none, and settles with each of
 * them what the request really took.
 */
@NullMarked
package dev.tollgate.gateway.admission;

import org.jspecify.annotations.NullMarked;
