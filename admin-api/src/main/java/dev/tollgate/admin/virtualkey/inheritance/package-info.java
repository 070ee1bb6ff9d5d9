/**
 * What keys inherit from, templates and environments, and what holds for a key in the end. A change
 * of either reaches the keys that stand on it in the same transaction.
 */
@NullMarked
package dev.tollgate.admin.virtualkey.inheritance;

import org.jspecify.annotations.NullMarked;
