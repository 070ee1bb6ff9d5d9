/** Signed requests: that a request comes from the holder of a key's secret, as it is, and once. */
@NullMarked
package dev.tollgate.gateway.signature;

import org.jspecify.annotations.NullMarked;
