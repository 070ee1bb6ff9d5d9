/** Whether the process lives and can serve. */
@NullMarked
package dev.tollgate.admin.health;

import org.jspecify.annotations.NullMarked;
