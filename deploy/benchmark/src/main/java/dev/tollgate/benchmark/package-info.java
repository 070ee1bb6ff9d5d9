/** What Tollgate costs, side by side with a bare Spring Cloud Gateway: {@code tollgate bench}. */
@NullMarked
package dev.tollgate.benchmark;

import org.jspecify.annotations.NullMarked;
