/** Projects, and to whom a resource belongs. */
@NullMarked
package dev.tollgate.admin.project;

import org.jspecify.annotations.NullMarked;
