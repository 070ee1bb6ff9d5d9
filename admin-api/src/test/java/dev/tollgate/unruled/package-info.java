/** What must not start, outside of what the application scans. */
@NullMarked
package dev.tollgate.unruled;

import org.jspecify.annotations.NullMarked;
