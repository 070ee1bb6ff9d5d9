package dev.tollgate.admin.member;

import dev.tollgate.admin.access.Role;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member as shown.
 *
 * @param subject the identity provider's
 * @param projectIds the projects that a developer belongs to, beside those of the teams
 * @param disabled what the member holds does not work, until this is taken back
 */
public record Member(
    String id,
    String organizationId,
    MemberType type,
    String name,
    @Nullable String email,
    @Nullable String subject,
    Role role,
    List<String> projectIds,
    List<String> teamIds,
    boolean disabled,
    int version,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {

  MemberBody body() {
    return new MemberBody(name, email, subject, role, projectIds, teamIds, disabled);
  }
}
