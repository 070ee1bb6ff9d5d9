package dev.tollgate.admin.usage;

import dev.tollgate.admin.access.Allowed;
import dev.tollgate.admin.access.AllowedToKey;
import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.access.KeyRight;
import dev.tollgate.admin.access.Permission;
import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.organization.Organizations;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Projects;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.team.Teams;
import dev.tollgate.admin.usage.DataDeletion.Deleted;
import dev.tollgate.admin.virtualkey.VirtualKeys;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Usage rows of keys, projects, teams and organizations. */
@RestController
class UsageController {
  private final UsageRepository usage;
  private final VirtualKeys keys;
  private final Projects projects;
  private final Teams teams;
  private final Organizations organizations;
  private final DataDeletion deletion;

  UsageController(
      UsageRepository usage,
      VirtualKeys keys,
      Projects projects,
      Teams teams,
      Organizations organizations,
      DataDeletion deletion) {
    this.usage = usage;
    this.keys = keys;
    this.projects = projects;
    this.teams = teams;
    this.organizations = organizations;
    this.deletion = deletion;
  }

  /** A developer sees of a key what it did in their own projects. */
  @Allowed(Permission.USAGE_READ)
  @GetMapping("/v1/keys/{id}/usage")
  Mono<Page<UsageRow>> ofKey(
      Caller caller, @PathVariable String id, @RequestParam MultiValueMap<String, String> query) {
    UsageSubject subject = new UsageSubject(UsageSubject.Kind.KEY, id, ownProjects(caller));
    return page(query, subject, keys.mustSee(caller, id));
  }

  @Allowed(Permission.USAGE_READ)
  @GetMapping("/v1/projects/{id}/usage")
  Mono<Page<UsageRow>> ofProject(
      Caller caller, @PathVariable String id, @RequestParam MultiValueMap<String, String> query) {
    UsageSubject subject = new UsageSubject(UsageSubject.Kind.PROJECT, id, null);
    Mono<Void> visible =
        wellFormed(id)
            .then(Mono.defer(() -> projects.get(caller, id)))
            .doOnNext(project -> caller.mustBelongTo(project.id()))
            .then();
    return page(query, subject, visible);
  }

  /** A developer sees of the team's keys what they did in their own projects. */
  @Allowed(Permission.USAGE_READ)
  @GetMapping("/v1/teams/{id}/usage")
  Mono<Page<UsageRow>> ofTeam(
      Caller caller, @PathVariable String id, @RequestParam MultiValueMap<String, String> query) {
    UsageSubject subject = new UsageSubject(UsageSubject.Kind.TEAM, id, ownProjects(caller));
    return page(
        query, subject, wellFormed(id).then(Mono.defer(() -> teams.get(caller, id))).then());
  }

  private static @Nullable Set<String> ownProjects(Caller caller) {
    return caller.role() == Role.DEVELOPER ? caller.projectIds() : null;
  }

  /** A developer sees of the organization what is of their own projects. */
  @Allowed(Permission.USAGE_READ)
  @GetMapping("/v1/organizations/{id}/usage")
  Mono<Page<UsageRow>> ofOrganization(
      Caller caller, @PathVariable String id, @RequestParam MultiValueMap<String, String> query) {
    UsageSubject subject =
        new UsageSubject(UsageSubject.Kind.ORGANIZATION, id, ownProjects(caller));
    Mono<Void> visible =
        wellFormed(id).then(Mono.defer(() -> organizations.get(caller, id))).then();
    return page(query, subject, visible);
  }

  /** For the virtual key that calls. */
  @AllowedToKey(KeyRight.EXPORT_DATA)
  @GetMapping("/v1/keys/self/usage")
  Mono<Page<UsageRow>> own(Caller key, @RequestParam MultiValueMap<String, String> query) {
    UsageSubject subject = new UsageSubject(UsageSubject.Kind.KEY, key.id(), null);
    return page(query, subject, Mono.empty());
  }

  /** For the virtual key that calls; {@code more} is true where it has to be called again. */
  @AllowedToKey(KeyRight.DELETE_DATA)
  @DeleteMapping("/v1/keys/self/usage")
  Mono<Deleted> deleteOwn(Caller key) {
    return deletion.ofUsage(key);
  }

  private Mono<Page<UsageRow>> page(
      MultiValueMap<String, String> query, UsageSubject subject, Mono<Void> visible) {
    UsageFilter filter = UsageFilter.of(query);
    PageRequest page = PageRequest.of(query.getFirst("limit"), query.getFirst("cursor"));
    return visible
        .thenMany(usage.list(subject, filter, page))
        .collectList()
        .map(rows -> page.page(rows, row -> UsagePosition.of(row).text()));
  }

  // text that is no id may hold what PostgreSQL cannot be asked for
  private static Mono<Void> wellFormed(String id) {
    return Ids.isWellFormed(id) ? Mono.empty() : Mono.error(ProblemException.notFound());
  }
}
