package dev.tollgate.admin.audit;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.problem.ProblemException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which audit events are wanted; what is null does not limit. */
record AuditFilter(
    @Nullable String organizationId,
    @Nullable String projectId,
    @Nullable String resourceId,
    @Nullable String userId,
    AuditPeriod period) {

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.:@-]{1,200}");

  /**
   * What the caller asks for, in what it may see.
   *
   * @throws ProblemException 400 or 404
   */
  static AuditFilter of(
      Caller caller,
      @Nullable String organizationId,
      @Nullable String projectId,
      @Nullable String resourceId,
      @Nullable String userId,
      AuditPeriod period) {
    if (organizationId != null) {
      caller.mustSee(organizationId);
    }
    return new AuditFilter(
        word(organizationId == null ? caller.organizationId() : organizationId, "organization_id"),
        word(projectId, "project_id"),
        word(resourceId, "resource_id"),
        word(userId, "user_id"),
        period);
  }

  /** Other text may hold what PostgreSQL cannot be asked for. */
  private static @Nullable String word(@Nullable String text, String name) {
    if (text != null && !WORD.matcher(text).matches()) {
      throw ProblemException.badParameter(
          "invalid_parameter", "The parameter " + name + " cannot be read.");
    }
    return text;
  }
}
