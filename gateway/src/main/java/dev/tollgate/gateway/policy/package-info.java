/**
 * Compiled snapshots of keys and projects, kept true by notifications, and the decisions taken from
 * them.
 */
@NullMarked
package dev.tollgate.gateway.policy;

import org.jspecify.annotations.NullMarked;
