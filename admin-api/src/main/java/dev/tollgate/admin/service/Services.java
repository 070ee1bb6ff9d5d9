package dev.tollgate.admin.service;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.ListFilter;
import dev.tollgate.admin.project.Scope;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Transactions;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What is done with services. */
@Component
class Services {

  private final ServiceRepository repository;
  private final ServiceCheck check;
  private final AuditLog audit;
  private final Transactions transactions;
  private final JsonBodies bodies;
  private final Ids ids;

  Services(
      ServiceRepository repository,
      ServiceCheck check,
      AuditLog audit,
      Transactions transactions,
      JsonBodies bodies,
      Ids ids) {
    this.repository = repository;
    this.check = check;
    this.audit = audit;
    this.transactions = transactions;
    this.bodies = bodies;
    this.ids = ids;
  }

  /** Makes a service of this owner, whom the caller may see. */
  Mono<Service> create(Caller caller, Scope owner, ServiceBody body) {
    String id = ids.next("svc");
    return transactions.inOne(
        check
            .check(owner, body)
            .flatMap(checked ->
                repository
                    .insert(id, owner, checked, caller.id())
                    .then(connect(id, owner, checked)))
            .then(Mono.defer(() -> repository.find(id)))
            .map(StoredService::shown)
            .flatMap(made ->
                audit.write(AuditEntry.created(caller, subject(made), made)).thenReturn(made)));
  }

  private Mono<Void> connect(String id, Scope owner, CheckedService service) {
    List<String> projects = projects(owner, service.body());
    return repository
        .link(id, service.body().name(), owner.organizationId(), projects)
        .onErrorMap(DuplicateKeyException.class, _ -> nameTaken())
        .filter(links -> links == Set.copyOf(projects).size())
        .switchIfEmpty(Mono.error(Services::unknownProject))
        .then(repository.noteSecrets(id, service));
  }

  private static List<String> projects(Scope owner, ServiceBody body) {
    String own = owner.projectId();
    if (own == null) {
      return body.projectIds();
    }
    if (body.projects() != null && !Set.copyOf(body.projects()).equals(Set.of(own))) {
      throw ProblemException.badRequest(
          "/projects", "invalid_value", "a project's own service is seen by that project only");
    }
    return List.of(own);
  }

  /** A service that the caller may see, else 404. */
  Mono<Service> get(Caller caller, String id) {
    return visible(caller, repository.find(id)).map(StoredService::shown);
  }

  Mono<Page<Service>> list(ListFilter filter, PageRequest page) {
    return repository
        .list(filter, page)
        .map(StoredService::shown)
        .collectList()
        .map(rows -> page.page(rows, Service::id));
  }

  Mono<Service> change(Caller caller, String id, @Nullable String ifMatch, ObjectNode patch) {
    return transactions.inOne(
        visible(caller, repository.findForUpdate(id))
            .flatMap(before -> change(caller, before, ifMatch, patch)));
  }

  private Mono<Service> change(
      Caller caller, StoredService before, @Nullable String ifMatch, ObjectNode patch) {
    IfMatch.check(ifMatch, before.shown().version());
    ServiceBody wanted = bodies.merge(before.body(), patch, ServiceBody.class);
    String id = before.shown().id();
    return check
        .check(before.owner(), wanted)
        .flatMap(checked ->
            repository
                .update(id, checked)
                .onErrorMap(DuplicateKeyException.class, _ -> nameTaken())
                .then(connect(id, before.owner(), checked)))
        .then(Mono.defer(() -> repository.find(id)))
        .map(StoredService::shown)
        .flatMap(after ->
            audit
                .write(AuditEntry.updated(caller, subject(after), before.shown(), after))
                .thenReturn(after));
  }

  Mono<Void> delete(Caller caller, String id, @Nullable String ifMatch) {
    return transactions.inOne(
        visible(caller, repository.findForUpdate(id))
            .map(StoredService::shown)
            .flatMap(before -> delete(caller, before, ifMatch)));
  }

  private Mono<Void> delete(Caller caller, Service before, @Nullable String ifMatch) {
    IfMatch.check(ifMatch, before.version());
    return repository
        .delete(before.id())
        .then(audit.write(AuditEntry.deleted(caller, subject(before), before)));
  }

  private static Mono<StoredService> visible(Caller caller, Mono<StoredService> found) {
    return found
        .filter(service -> caller.sees(service.shown().organizationId()))
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  private static Subject subject(Service service) {
    return new Subject("service", service.id(), service.organizationId(), service.projectId());
  }

  private static ProblemException nameTaken() {
    return ProblemException.conflict(
        "name_taken", "A project that sees this service has another one of this name.");
  }

  private static ProblemException unknownProject() {
    return ProblemException.unprocessable(
        "/projects", "unknown_project", "names a project that does not exist");
  }
}
