/** What a request really contains: one strict, bounded reading of its body. */
@NullMarked
package dev.tollgate.gateway.inspection;

import org.jspecify.annotations.NullMarked;
