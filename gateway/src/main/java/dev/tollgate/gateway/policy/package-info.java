/** Policy documents, compiled once per snapshot, and the decisions taken from them. */
@NullMarked
package dev.tollgate.gateway.policy;

import org.jspecify.annotations.NullMarked;
