/** Token counts read from answers as they pass, and their way into the database. */
@NullMarked
package dev.tollgate.gateway.usage;

import org.jspecify.annotations.NullMarked;
