/** Who calls: reads the one credential that a client presents and finds whose it is. */
@NullMarked
package dev.tollgate.gateway.identity;

import org.jspecify.annotations.NullMarked;
