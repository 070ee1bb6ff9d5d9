package dev.tollgate.admin.project;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.organization.Organizations;
import dev.tollgate.admin.problem.ProblemException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds out to whom a new resource is to belong. */
@Component
public class Scopes {

  private final Organizations organizations;
  private final Projects projects;

  Scopes(Organizations organizations, Projects projects) {
    this.organizations = organizations;
    this.projects = projects;
  }

  /**
   * The scope that a body names by {@code organization_id} or {@code project_id}. With neither it
   * is the caller's organization. A project stays until the end of the transaction: nothing is put
   * into one that is being deleted.
   *
   * @return fails with 400 if both disagree or neither helps, with 404 if the caller sees no such
   *     one
   */
  public Mono<Scope> resolve(
      Caller caller, @Nullable String organizationId, @Nullable String projectId) {
    if (projectId != null) {
      return projects
          .getForShare(caller, projectId)
          .map(project -> agreed(project, organizationId));
    }
    String organization = organizationId == null ? caller.organizationId() : organizationId;
    return organization == null
        ? Mono.error(noOwner())
        : organizations.get(caller, organization).map(found -> new Scope(found.id(), null));
  }

  private static Scope agreed(Project project, @Nullable String organizationId) {
    if (organizationId != null && !organizationId.equals(project.organizationId())) {
      throw ProblemException.badRequest(
          "/organization_id", "invalid_value", "The project is not one of this organization.");
    }
    return new Scope(project.organizationId(), project.id());
  }

  private static ProblemException noOwner() {
    return ProblemException.badRequest(
        "/organization_id", "required", "Name an organization_id or a project_id.");
  }
}
