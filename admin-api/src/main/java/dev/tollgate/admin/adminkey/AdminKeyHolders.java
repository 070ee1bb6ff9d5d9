package dev.tollgate.admin.adminkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.member.Member;
import dev.tollgate.admin.member.Members;
import dev.tollgate.admin.organization.Organizations;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Projects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds, or makes, the member that a new admin key belongs to. */
@Component
class AdminKeyHolders {

  private final Members members;
  private final Organizations organizations;
  private final Projects projects;

  AdminKeyHolders(Members members, Organizations organizations, Projects projects) {
    this.members = members;
    this.organizations = organizations;
    this.projects = projects;
  }

  /**
   * Whose a key is.
   *
   * @param organizationId null: of every organization
   * @param memberId null only where the organization is
   * @param role null: the member's
   */
  record Holder(@Nullable String organizationId, @Nullable String memberId, @Nullable Role role) {

    static Holder of(Member member) {
      return new Holder(member.organizationId(), member.id(), null);
    }
  }

  /** Fails with 400, 403, 404 or 422 where there can be none. */
  Mono<Holder> of(Caller caller, NewAdminKey body) {
    return body.userId() == null ? ofNew(caller, body) : ofMember(caller, body, body.userId());
  }

  private Mono<Holder> ofMember(Caller caller, NewAdminKey body, String userId) {
    if (body.role() != null || !body.projectIds().isEmpty()) {
      throw ProblemException.badRequest(
          body.role() == null ? "/projects" : "/role",
          "invalid_value",
          "a key of a member has the member's role and projects");
    }
    return members
        .lockVisible(caller, userId)
        .map(found ->
            found
                .filter(member -> agrees(body, member))
                .map(Holder::of)
                .orElseThrow(AdminKeyHolders::unknownUser));
  }

  private static boolean agrees(NewAdminKey body, Member member) {
    return body.organizationId() == null || body.organizationId().equals(member.organizationId());
  }

  private Mono<Holder> ofNew(Caller caller, NewAdminKey body) {
    Role role = body.role();
    if (role == null) {
      throw ProblemException.badRequest("/role", "required", "must not be null");
    }
    String organizationId =
        body.organizationId() == null ? caller.organizationId() : body.organizationId();
    if (!body.projectIds().isEmpty() && (organizationId == null || role != Role.DEVELOPER)) {
      throw ProblemException.badRequest(
          "/projects", "invalid_value", "only a developer of one organization belongs to projects");
    }
    return organizationId == null
        ? Mono.just(new Holder(null, null, role))
        : robot(caller, organizationId, body, role);
  }

  private Mono<Holder> robot(Caller caller, String organizationId, NewAdminKey body, Role role) {
    return organizations
        .get(caller, organizationId)
        .then(Mono.defer(() -> projects.mustBeOf(organizationId, body.projectIds(), "/projects")))
        .then(
            Mono.defer(() ->
                members.addRobot(caller, organizationId, body.name(), role, body.projectIds())))
        .map(Holder::of);
  }

  private static ProblemException unknownUser() {
    return ProblemException.unprocessable(
        "/user_id", "unknown_user", "names a member that does not exist");
  }
}
