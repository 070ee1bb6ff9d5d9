package dev.tollgate.admin.project;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Which owner's resources a list shows.
 *
 * @param organizationId null: of all; never null for a caller that belongs to one
 * @param projectId null: of all in those organizations
 */
public record ListFilter(@Nullable String organizationId, @Nullable String projectId) {

  /**
   * From the query parameters, limited to what the caller may see.
   *
   * @throws ProblemException 404 if the organization is not the caller's
   */
  public static ListFilter of(
      Caller caller, @Nullable String organizationId, @Nullable String projectId) {
    if (organizationId != null) {
      caller.mustSee(organizationId);
    }
    return new ListFilter(
        organizationId == null ? caller.organizationId() : organizationId, projectId);
  }
}
