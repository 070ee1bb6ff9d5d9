package dev.tollgate.admin.project;

import dev.tollgate.admin.organization.UnknownPrice;
import dev.tollgate.admin.problem.Title;
import org.jspecify.annotations.Nullable;

/**
 * A project to be made.
 *
 * @param organizationId may be left out by a caller that belongs to one
 * @param maxTokenTtl null: 90 days
 * @param unknownPrice null: as its organization says
 */
record NewProject(
    @Nullable String organizationId,
    @Title String name,
    @Nullable TokenLifetime maxTokenTtl,
    @Nullable UnknownPrice unknownPrice) {

  ProjectBody body() {
    return new ProjectBody(name, maxTokenTtl, unknownPrice);
  }
}
