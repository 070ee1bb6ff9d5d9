/** Work that is done again and again beside the requests. */
@NullMarked
package dev.tollgate.gateway.rounds;

import org.jspecify.annotations.NullMarked;
