/** What happened to a key, a project, a team or an organization. */
@NullMarked
package dev.tollgate.admin.audittrail;

import org.jspecify.annotations.NullMarked;
