/** Whether a request may come from where it comes from, and what browsers may do across origins. */
@NullMarked
package dev.tollgate.gateway.access;

import org.jspecify.annotations.NullMarked;
