/** Teams: a part of an organization that works in some of its projects. */
@NullMarked
package dev.tollgate.admin.team;

import org.jspecify.annotations.NullMarked;
