/** Organizations: the outermost wall between tenants. */
@NullMarked
package dev.tollgate.admin.organization;

import org.jspecify.annotations.NullMarked;
