/**
 * Virtual keys: made, shown, changed, stopped, rotated. What one may do stands in {@code policy}.
 */
@NullMarked
package dev.tollgate.admin.virtualkey;

import org.jspecify.annotations.NullMarked;
