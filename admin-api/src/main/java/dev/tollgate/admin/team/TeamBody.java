package dev.tollgate.admin.team;

import dev.tollgate.admin.problem.Title;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of a team can be changed. */
record TeamBody(
    @Title String name,
    @Nullable @Size(max = TeamBody.MAX_PROJECTS) List<@NotNull String> projectIds) {

  static final int MAX_PROJECTS = 1000;

  /** Each once, in their order. */
  List<String> projects() {
    return projectIds == null ? List.of() : projectIds.stream().distinct().toList();
  }
}
