package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.virtualkey.policy.KeyType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a key holds.
 *
 * @param teamId the team whose policy and projects bound it; null: none
 * @param userId the member whose own key it is; null: nobody's
 * @param projectIds null: in every project of the team, else of the organization, also in those to
 *     come
 */
record KeyScope(
    String organizationId,
    @Nullable String teamId,
    @Nullable String userId,
    @Nullable List<String> projectIds) {

  static KeyScope of(String organizationId, @Nullable List<String> projectIds) {
    return new KeyScope(organizationId, null, null, projectIds);
  }

  KeyScope ofTeam(String team) {
    return new KeyScope(organizationId, team, userId, projectIds);
  }

  KeyScope ofUser(String user) {
    return new KeyScope(organizationId, teamId, user, projectIds);
  }

  /** Where the key's name must be free. */
  List<String> namePlaces(KeyType type) {
    return switch (type) {
      case PROJECT -> Objects.requireNonNull(projectIds);
      case TEAM -> List.of(Objects.requireNonNull(teamId));
      case ORGANIZATION -> List.of(organizationId);
      case USER -> List.of(Objects.requireNonNull(userId));
    };
  }

  String @Nullable [] projectArray() {
    return projectIds == null ? null : Rows.array(projectIds);
  }

  /** The one project, where there is one. */
  @Nullable String onlyProject() {
    return projectIds != null && projectIds.size() == 1 ? projectIds.getFirst() : null;
  }
}
