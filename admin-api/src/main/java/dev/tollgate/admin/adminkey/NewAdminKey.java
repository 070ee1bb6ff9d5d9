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
 * @param projects the projects that a developer belongs to; absent: none
 */
record NewAdminKey(
    @Nullable String organizationId,
    @Title String name,
    @NotNull Role role,
    @Nullable @Size(max = 1000) List<@NotNull String> projects,
    @Nullable Instant expiresAt) {

  List<String> projectIds() {
    return projects == null ? List.of() : projects;
  }
}
