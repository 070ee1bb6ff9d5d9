package dev.tollgate.admin.adminkey;

import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.problem.Title;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An admin key to be made.
 *
 * @param organizationId may be left out by a caller that belongs to one
 * @param role of the robot that is made with the key
 * @param projects the projects that the robot belongs to as a developer; absent: none
 * @param userId the member whose key it is to be, instead of a new robot's
 */
record NewAdminKey(
    @Nullable String organizationId,
    @Title String name,
    @Nullable Role role,
    @Nullable @Size(max = 1000) List<@NotNull String> projects,
    @Nullable Instant expiresAt,
    @Nullable String userId) {

  List<String> projectIds() {
    return projects == null ? List.of() : projects;
  }
}
