package dev.tollgate.admin.team;

import dev.tollgate.admin.problem.Title;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A team to be made.
 *
 * @param organizationId may be left out by a caller that belongs to one
 * @param projectIds the projects it works in; absent: none yet
 */
record NewTeam(
    @Nullable String organizationId,
    @Title String name,
    @Nullable @Size(max = TeamBody.MAX_PROJECTS) List<@NotNull String> projectIds) {}
