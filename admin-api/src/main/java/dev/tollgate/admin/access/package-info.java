/**
 * Who calls and what they may do. Every handler method names its rule here; one without a rule does
 * not start.
 */
@NullMarked
package dev.tollgate.admin.access;

import org.jspecify.annotations.NullMarked;
