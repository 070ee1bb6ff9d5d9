/**
 * What goes wrong, as values with stable codes, and how each protocol's SDK expects to read it. A
 * foundation: imports no feature.
 */
@NullMarked
package dev.tollgate.gateway.error;

import org.jspecify.annotations.NullMarked;
