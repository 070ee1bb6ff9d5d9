package dev.tollgate.admin.access;

import dev.tollgate.admin.problem.ProblemException;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who makes this request, and from where. Handler methods take one as a parameter.
 *
 * @param type what presented itself
 * @param id {@code root}, or the id of the admin key or virtual key
 * @param rights what it may do, and where
 * @param address the peer's address as text
 */
public record Caller(
    CallerType type, String id, MemberRights rights, String address, String requestId) {

  public Role role() {
    return rights.role();
  }

  /** The only organization it may see; null: all. */
  public @Nullable String organizationId() {
    return rights.organizationId();
  }

  /** The projects that a developer belongs to; for other roles without meaning. */
  public Set<String> projectIds() {
    return rights.projectIds();
  }

  /** The teams that a developer belongs to. */
  public Set<String> teamIds() {
    return rights.teamIds();
  }

  /** Whom the audit and the rule of two people know: the member, else what presented itself. */
  public String actor() {
    String member = rights.memberId();
    return member == null ? id : member;
  }

  public boolean isDeveloper() {
    return role() == Role.DEVELOPER;
  }

  public boolean isRoot() {
    return type == CallerType.ROOT;
  }

  /** Whether its role holds {@code permission} at all. The root key holds every one. */
  public boolean holds(Permission permission) {
    return isRoot() || (type != CallerType.VIRTUAL_KEY && permission.isHeldBy(role()));
  }

  /** Whether it holds all that this role does: nobody grants more than they hold. */
  public boolean holdsAllOf(Role other) {
    return Arrays.stream(Permission.values())
        .filter(permission -> permission.isHeldBy(other))
        .allMatch(this::holds);
  }

  /** Whether {@code organization} is one that it may know of. */
  public boolean sees(String organization) {
    return organizationId() == null || organization.equals(organizationId());
  }

  /**
   * Refuses as if it did not exist what lies in an organization that the caller may not know of.
   *
   * @throws ProblemException 404
   */
  public void mustSee(String organization) {
    if (!sees(organization)) {
      throw ProblemException.notFound();
    }
  }

  /**
   * Whether it may act in this project with a permission that developers hold in their own only.
   */
  public boolean belongsTo(String projectId) {
    return !isDeveloper() || projectIds().contains(projectId);
  }

  /**
   * Refuses an action in a project that the developer does not belong to.
   *
   * @throws ProblemException 403
   */
  public void mustBelongTo(String projectId) {
    if (!belongsTo(projectId)) {
      throw ProblemException.forbidden();
    }
  }
}
