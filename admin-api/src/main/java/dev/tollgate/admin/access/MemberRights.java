package dev.tollgate.admin.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody is and where, whatever they presented: an admin key today. Every further way to
 * sign in ends here too, in the rights of the member that it finds.
 *
 * @param memberId null: the root key, or an admin key of no organization
 * @param organizationId the only organization it may see; null: all
 * @param projectIds the projects that a developer belongs to, also by a team; for other roles
 *     without meaning
 * @param teamIds the teams that a developer belongs to
 */
public record MemberRights(
    @Nullable String memberId,
    Role role,
    @Nullable String organizationId,
    Set<String> projectIds,
    Set<String> teamIds) {

  static final MemberRights ROOT = new MemberRights(null, Role.OWNER, null, Set.of(), Set.of());

  public MemberRights {
    projectIds = Set.copyOf(projectIds);
    teamIds = Set.copyOf(teamIds);
  }
}
