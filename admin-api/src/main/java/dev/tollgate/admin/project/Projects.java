package dev.tollgate.admin.project;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.organization.Organizations;
import dev.tollgate.admin.organization.UnknownPrices;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Transactions;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What is done with projects. */
@Component
public class Projects {

  private final ProjectRepository repository;
  private final Organizations organizations;
  private final UnknownPrices unknownPrices;
  private final OwnSecrets secrets;
  private final AuditLog audit;
  private final Transactions transactions;
  private final JsonBodies bodies;
  private final Ids ids;

  Projects(
      ProjectRepository repository,
      Organizations organizations,
      UnknownPrices unknownPrices,
      OwnSecrets secrets,
      AuditLog audit,
      Transactions transactions,
      JsonBodies bodies,
      Ids ids) {
    this.repository = repository;
    this.organizations = organizations;
    this.unknownPrices = unknownPrices;
    this.secrets = secrets;
    this.audit = audit;
    this.transactions = transactions;
    this.bodies = bodies;
    this.ids = ids;
  }

  Mono<Project> create(Caller caller, NewProject body) {
    String organizationId =
        body.organizationId() == null ? caller.organizationId() : body.organizationId();
    if (organizationId == null) {
      return Mono.error(
          ProblemException.badRequest("/organization_id", "required", "must not be null"));
    }
    return transactions.inOne(
        organizations
            .get(caller, organizationId)
            .then(Mono.defer(() -> unknownPrices.check(organizationId, body.unknownPrice())))
            .then(Mono.defer(() -> insert(caller, organizationId, body.body()))));
  }

  private Mono<Project> insert(Caller caller, String organizationId, ProjectBody body) {
    return repository
        .insert(ids.next("prj"), organizationId, body)
        .flatMap(made ->
            secrets
                .prepare(new Scope(organizationId, made.id()))
                .then(audit.write(AuditEntry.created(caller, subject(made), made)))
                .thenReturn(made));
  }

  /** A project that the caller may see, else 404. */
  public Mono<Project> get(Caller caller, String id) {
    return visible(caller, repository.find(id));
  }

  /** As {@link #get}, and nobody changes or deletes it until the end of the transaction. */
  Mono<Project> getForShare(Caller caller, String id) {
    return visible(caller, repository.findForShare(id));
  }

  /** As {@link #get}, and nobody else changes it until the end of the transaction. */
  public Mono<Project> getForUpdate(Caller caller, String id) {
    return visible(caller, repository.findForUpdate(id));
  }

  /**
   * Completes if all of {@code projectIds} are projects of the organization; none of them is
   * deleted before the end of the transaction.
   *
   * @param pointer where the body names them
   * @return fails with 422 else, whether they are of nobody or of somebody else
   */
  public Mono<Void> mustBeOf(String organizationId, Collection<String> projectIds, String pointer) {
    Set<String> wanted = Set.copyOf(projectIds);
    return wanted.isEmpty()
        ? Mono.empty()
        : repository
            .lockOf(organizationId, wanted)
            .filter(found -> found == wanted.size())
            .switchIfEmpty(
                Mono.error(() ->
                    ProblemException.unprocessable(
                        pointer, "unknown_project", "names a project that does not exist")))
            .then();
  }

  Mono<Page<Project>> list(Caller caller, @Nullable String organizationId, PageRequest page) {
    if (organizationId != null && !caller.sees(organizationId)) {
      return Mono.error(ProblemException.notFound());
    }
    String only = organizationId == null ? caller.organizationId() : organizationId;
    return repository.list(only, page).collectList().map(rows -> page.page(rows, Project::id));
  }

  Mono<Project> change(Caller caller, String id, @Nullable String ifMatch, ObjectNode patch) {
    return transactions.inOne(
        getForUpdate(caller, id).flatMap(before -> change(caller, before, ifMatch, patch)));
  }

  private Mono<Project> change(
      Caller caller, Project before, @Nullable String ifMatch, ObjectNode patch) {
    IfMatch.check(ifMatch, before.version());
    ProjectBody current =
        new ProjectBody(before.name(), before.maxTokenTtl(), before.unknownPrice());
    ProjectBody wanted = bodies.merge(current, patch, ProjectBody.class);
    return unknownPrices
        .check(before.organizationId(), wanted.unknownPrice())
        .then(Mono.defer(() -> repository.update(before.id(), wanted)))
        .flatMap(after ->
            audit
                .write(AuditEntry.updated(caller, subject(after), before, after))
                .thenReturn(after));
  }

  /** Stops its keys at once and makes its secrets unreadable for good. */
  Mono<Void> delete(Caller caller, String id, @Nullable String ifMatch) {
    return transactions.inOne(
        getForUpdate(caller, id).flatMap(before -> delete(caller, before, ifMatch)));
  }

  private Mono<Void> delete(Caller caller, Project before, @Nullable String ifMatch) {
    IfMatch.check(ifMatch, before.version());
    return repository
        .delete(before.id())
        .then(audit.writeRevokedKeys(caller, subject(before)))
        .then(audit.write(AuditEntry.deleted(caller, subject(before), before)));
  }

  private static Mono<Project> visible(Caller caller, Mono<Project> found) {
    return found
        .filter(project -> caller.sees(project.organizationId()))
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  private static Subject subject(Project project) {
    return new Subject("project", project.id(), project.organizationId(), project.id());
  }
}
