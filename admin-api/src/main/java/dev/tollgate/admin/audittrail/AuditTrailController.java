package dev.tollgate.admin.audittrail;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.audit.AuditSubject;
import dev.tollgate.admin.audit.AuditTrail;
import dev.tollgate.admin.audit.AuditTrails;
import dev.tollgate.admin.organization.Organizations;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Projects;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.team.Teams;
import dev.tollgate.admin.virtualkey.VirtualKeys;
import java.util.function.BiFunction;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Audit events of keys, projects, teams and organizations. */
@RestController
class AuditTrailController {

  private final AuditTrails trails;
  private final VirtualKeys keys;
  private final Projects projects;
  private final Teams teams;
  private final Organizations organizations;

  AuditTrailController(
      AuditTrails trails,
      VirtualKeys keys,
      Projects projects,
      Teams teams,
      Organizations organizations) {
    this.trails = trails;
    this.keys = keys;
    this.projects = projects;
    this.teams = teams;
    this.organizations = organizations;
  }

  @Allowed(Permission.AUDIT_READ)
  @GetMapping("/v1/keys/{id}/audit")
  Mono<AuditTrail> ofKey(
      Caller caller, @PathVariable String id, @RequestParam MultiValueMap<String, String> query) {
    return trail(caller, new AuditSubject(AuditSubject.Kind.KEY, id), keys::mustSee, query);
  }

  @Allowed(Permission.AUDIT_READ)
  @GetMapping("/v1/projects/{id}/audit")
  Mono<AuditTrail> ofProject(
      Caller caller, @PathVariable String id, @RequestParam MultiValueMap<String, String> query) {
    return trail(caller, new AuditSubject(AuditSubject.Kind.PROJECT, id), projects::get, query);
  }

  @Allowed(Permission.AUDIT_READ)
  @GetMapping("/v1/teams/{id}/audit")
  Mono<AuditTrail> ofTeam(
      Caller caller, @PathVariable String id, @RequestParam MultiValueMap<String, String> query) {
    return trail(caller, new AuditSubject(AuditSubject.Kind.TEAM, id), teams::get, query);
  }

  @Allowed(Permission.AUDIT_READ)
  @GetMapping("/v1/organizations/{id}/audit")
  Mono<AuditTrail> ofOrganization(
      Caller caller, @PathVariable String id, @RequestParam MultiValueMap<String, String> query) {
    return trail(
        caller, new AuditSubject(AuditSubject.Kind.ORGANIZATION, id), organizations::get, query);
  }

  /** Text that is no id may hold what PostgreSQL cannot be asked for. */
  private Mono<AuditTrail> trail(
      Caller caller,
      AuditSubject subject,
      BiFunction<Caller, String, Mono<?>> visible,
      MultiValueMap<String, String> query) {
    return Ids.isWellFormed(subject.id())
        ? visible.apply(caller, subject.id()).then(Mono.defer(() -> trails.of(subject, query)))
        : Mono.error(ProblemException.notFound());
  }
}
