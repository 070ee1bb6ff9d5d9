/** What requests cost: all prices in memory, and exact arithmetic over them. */
@NullMarked
package dev.tollgate.gateway.prices;

import org.jspecify.annotations.NullMarked;
