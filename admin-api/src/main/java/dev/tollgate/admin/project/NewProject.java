package dev.tollgate.admin.project;

import dev.tollgate.admin.problem.Title;
import org.jspecify.annotations.Nullable;

/**
 * A project to be made.
 *
 * @param organizationId may be left out by a caller that belongs to one
 */
record NewProject(@Nullable String organizationId, @Title String name) {}
