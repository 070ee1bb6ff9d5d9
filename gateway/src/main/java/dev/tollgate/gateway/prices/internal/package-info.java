@NullMarked
package dev.tollgate.gateway.prices.internal;

import org.jspecify.annotations.NullMarked;
