package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.virtualkey.policy.KeyType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a key holds.
 *
 * @param teamId the team whose policy and projects bound it; null: none
 * @param projectIds null: in every project of the team, else of the organization, also in those to
 *     come
 */
record KeyScope(String organizationId, @Nullable String teamId, @Nullable List<String> projectIds) {

  /** Where the key's name must be free. */
  List<String> namePlaces(KeyType type) {
    return switch (type) {
      case PROJECT -> Objects.requireNonNull(projectIds);
      case TEAM -> List.of(Objects.requireNonNull(teamId));
      case ORGANIZATION -> List.of(organizationId);
    };
  }

  String @Nullable [] projectArray() {
    return projectIds == null ? null : Rows.array(projectIds);
  }

  /** The one project, where there is one. */
  @Nullable String onlyProject() {
    return projectIds != null && projectIds.size() == 1 ? projectIds.getFirst() : null;
  }

  /**
   * Whether the caller may know of keys in this scope: a developer only of those within their own
   * projects.
   */
  boolean isVisibleTo(Caller caller) {
    return caller.sees(organizationId) && (caller.role() != Role.DEVELOPER || isWithin(caller));
  }

  private boolean isWithin(Caller caller) {
    return projectIds != null && caller.projectIds().containsAll(projectIds);
  }
}
