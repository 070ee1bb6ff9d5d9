package dev.tollgate.admin.access;

import dev.tollgate.admin.problem.ProblemException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who makes this request, and from where. Handler methods take one as a parameter.
 *
 * @param type what presented itself
 * @param id {@code root}, or the id of the admin key
 * @param organizationId the only organization it may see; null: all
 * @param projectIds the projects that a developer belongs to; for other roles without meaning
 * @param address the peer's address as text
 */
public record Caller(
    CallerType type,
    String id,
    Role role,
    @Nullable String organizationId,
    Set<String> projectIds,
    String address,
    String requestId) {

  public Caller {
    projectIds = Set.copyOf(projectIds);
  }

  public boolean isRoot() {
    return type == CallerType.ROOT;
  }

  /** Whether its role holds {@code permission} at all. The root key holds every one. */
  public boolean holds(Permission permission) {
    return isRoot() || permission.isHeldBy(role);
  }

  /** Whether {@code organization} is one that it may know of. */
  public boolean sees(String organization) {
    return organizationId == null || organizationId.equals(organization);
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
    return role != Role.DEVELOPER || projectIds.contains(projectId);
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
