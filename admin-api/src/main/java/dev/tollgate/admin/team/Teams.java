package dev.tollgate.admin.team;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Projects;
import dev.tollgate.admin.project.Scopes;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Transactions;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What is done with teams. */
@Component
public class Teams {

  private final TeamRepository repository;
  private final Scopes scopes;
  private final Projects projects;
  private final TeamKeys keys;
  private final AuditLog audit;
  private final Transactions transactions;
  private final JsonBodies bodies;
  private final Ids ids;

  Teams(
      TeamRepository repository,
      Scopes scopes,
      Projects projects,
      TeamKeys keys,
      AuditLog audit,
      Transactions transactions,
      JsonBodies bodies,
      Ids ids) {
    this.repository = repository;
    this.scopes = scopes;
    this.projects = projects;
    this.keys = keys;
    this.audit = audit;
    this.transactions = transactions;
    this.bodies = bodies;
    this.ids = ids;
  }

  Mono<Team> create(Caller caller, NewTeam body) {
    TeamBody wanted = new TeamBody(body.name(), body.projectIds());
    return transactions.inOne(
        scopes
            .resolve(caller, body.organizationId(), null)
            .flatMap(scope -> insert(caller, scope.organizationId(), wanted)));
  }

  private Mono<Team> insert(Caller caller, String organizationId, TeamBody body) {
    return projects
        .mustBeOf(organizationId, body.projects(), "/project_ids")
        .then(Mono.defer(() -> repository.insert(ids.next("team"), organizationId, body)))
        .flatMap(
            made -> audit.write(AuditEntry.created(caller, subject(made), made)).thenReturn(made));
  }

  /** A team that the caller may see, else 404. */
  public Mono<Team> get(Caller caller, String id) {
    return visible(caller, id, repository.find(id));
  }

  /**
   * Completes if all of {@code teamIds} are teams of the organization; none of them is deleted
   * before the end of the transaction.
   *
   * @param pointer where the body names them
   * @return fails with 422 else, whether they are of nobody or of somebody else
   */
  public Mono<Void> mustBeOf(String organizationId, Collection<String> teamIds, String pointer) {
    Set<String> wanted = Set.copyOf(teamIds);
    return wanted.isEmpty()
        ? Mono.empty()
        : repository
            .lockOf(organizationId, wanted)
            .filter(found -> found == wanted.size())
            .switchIfEmpty(
                Mono.error(() ->
                    ProblemException.unprocessable(
                        pointer, "unknown_team", "names a team that does not exist")))
            .then();
  }

  /** As {@link #get}, and nobody changes it until the end of the transaction. */
  public Mono<Team> lock(Caller caller, String id) {
    return visible(caller, id, repository.findForShare(id));
  }

  /**
   * The team, where the caller sees but one; empty where none, two of several.
   *
   * @param organizationId only its; null: of all that the caller sees
   */
  public Mono<List<Team>> firstTwo(Caller caller, @Nullable String organizationId) {
    if (organizationId != null) {
      caller.mustSee(organizationId);
    }
    String only = organizationId == null ? caller.organizationId() : organizationId;
    return repository.firstTwo(only).collectList();
  }

  Mono<Page<Team>> list(Caller caller, @Nullable String organizationId, PageRequest page) {
    if (organizationId != null) {
      caller.mustSee(organizationId);
    }
    String only = organizationId == null ? caller.organizationId() : organizationId;
    return repository.list(only, page).collectList().map(rows -> page.page(rows, Team::id));
  }

  Mono<Team> change(Caller caller, String id, @Nullable String ifMatch, ObjectNode patch) {
    return transactions.inOne(
        visible(caller, id, repository.findForUpdate(id))
            .flatMap(before -> change(caller, before, ifMatch, patch)));
  }

  private Mono<Team> change(
      Caller caller, Team before, @Nullable String ifMatch, ObjectNode patch) {
    IfMatch.check(ifMatch, before.version());
    TeamBody wanted =
        bodies.merge(new TeamBody(before.name(), before.projectIds()), patch, TeamBody.class);
    List<String> added =
        wanted.projects().stream().filter(id -> !before.projectIds().contains(id)).toList();
    return projects
        .mustBeOf(before.organizationId(), added, "/project_ids")
        .then(Mono.defer(() -> repository.update(before.id(), wanted)))
        .delayUntil(_ -> added.isEmpty() ? Mono.empty() : keys.widened(before, caller))
        .flatMap(after ->
            audit
                .write(AuditEntry.updated(caller, subject(after), before, after))
                .thenReturn(after));
  }

  Mono<Void> delete(Caller caller, String id, @Nullable String ifMatch) {
    return transactions.inOne(
        visible(caller, id, repository.findForUpdate(id))
            .flatMap(before -> delete(caller, before, ifMatch)));
  }

  private Mono<Void> delete(Caller caller, Team before, @Nullable String ifMatch) {
    IfMatch.check(ifMatch, before.version());
    return repository
        .liveKeys(before.id())
        .doOnNext(Teams::refuseIfAny)
        .then(repository.delete(before.id()))
        .then(audit.write(AuditEntry.deleted(caller, subject(before), before)));
  }

  private static void refuseIfAny(List<String> keys) {
    if (!keys.isEmpty()) {
      throw ProblemException.with(
          HttpStatus.CONFLICT,
          "team_not_empty",
          "Revoke the keys of this team first.",
          "keys",
          keys);
    }
  }

  private static Mono<Team> visible(Caller caller, String id, Mono<Team> found) {
    return (Ids.isWellFormed(id) ? found : Mono.<Team>empty())
        .filter(team -> caller.sees(team.organizationId()))
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  private static Subject subject(Team team) {
    return new Subject("team", team.id(), team.organizationId(), null);
  }
}
