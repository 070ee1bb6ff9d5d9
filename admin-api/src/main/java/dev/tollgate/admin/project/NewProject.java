package dev.tollgate.admin.project;

import dev.tollgate.admin.problem.Title;
import org.jspecify.annotations.Nullable;

/**
 * A project to be made.
 *
 * @param organizationId may be left out by a caller that belongs to one
 * @param maxTokenTtl null: 90 days
 */
record NewProject(
    @Nullable String organizationId, @Title String name, @Nullable TokenLifetime maxTokenTtl) {

  ProjectBody body() {
    return new ProjectBody(name, maxTokenTtl);
  }
}
