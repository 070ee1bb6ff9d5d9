/** The country of an address, from a database file of the operator. */
@NullMarked
package dev.tollgate.gateway.country;

import org.jspecify.annotations.NullMarked;
