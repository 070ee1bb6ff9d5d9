/** Bytes on their way back to the client: untouched, watched, bounded in time. */
@NullMarked
package dev.tollgate.gateway.streaming;

import org.jspecify.annotations.NullMarked;
