/** Access log, metrics and health. A foundation: imports no feature. */
@NullMarked
package dev.tollgate.gateway.observability;

import org.jspecify.annotations.NullMarked;
