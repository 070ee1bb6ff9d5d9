package dev.tollgate.admin.organization;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Transactions;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What is done with organizations. */
@Component
public class Organizations {

  private final OrganizationRepository repository;
  private final UnknownPrices unknownPrices;
  private final AuditLog audit;
  private final Transactions transactions;
  private final JsonBodies bodies;
  private final Ids ids;

  Organizations(
      OrganizationRepository repository,
      UnknownPrices unknownPrices,
      AuditLog audit,
      Transactions transactions,
      JsonBodies bodies,
      Ids ids) {
    this.repository = repository;
    this.unknownPrices = unknownPrices;
    this.audit = audit;
    this.transactions = transactions;
    this.bodies = bodies;
    this.ids = ids;
  }

  Mono<Organization> create(Caller caller, OrganizationBody body) {
    if (!caller.isRoot()) {
      return Mono.error(ProblemException.forbidden());
    }
    String id = ids.next("org");
    return transactions.inOne(
        unknownPrices
            .check(id, body.unknownPrice())
            .then(Mono.defer(() -> repository.insert(id, body)))
            .flatMap(made ->
                audit.write(AuditEntry.created(caller, subject(made), made)).thenReturn(made)));
  }

  /** An organization that the caller may see, else 404. */
  public Mono<Organization> get(Caller caller, String id) {
    return visible(caller, id, repository.find(id));
  }

  Mono<Page<Organization>> list(Caller caller, PageRequest page) {
    return repository
        .list(caller.organizationId(), page)
        .collectList()
        .map(rows -> page.page(rows, Organization::id));
  }

  Mono<Organization> change(Caller caller, String id, @Nullable String ifMatch, ObjectNode patch) {
    return transactions.inOne(
        visible(caller, id, repository.findForUpdate(id))
            .flatMap(before -> change(caller, before, ifMatch, patch)));
  }

  private Mono<Organization> change(
      Caller caller, Organization before, @Nullable String ifMatch, ObjectNode patch) {
    IfMatch.check(ifMatch, before.version());
    OrganizationBody current = new OrganizationBody(before.name(), before.unknownPrice());
    OrganizationBody wanted = bodies.merge(current, patch, OrganizationBody.class);
    return unknownPrices
        .check(before.id(), wanted.unknownPrice())
        .then(Mono.defer(() -> repository.update(before.id(), wanted)))
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

  private Mono<Void> delete(Caller caller, Organization before, @Nullable String ifMatch) {
    IfMatch.check(ifMatch, before.version());
    return repository
        .hasProjects(before.id())
        .flatMap(busy -> busy ? Mono.error(notEmpty()) : repository.delete(before.id()))
        .then(audit.writeRevokedKeys(caller, subject(before)))
        .then(audit.write(AuditEntry.deleted(caller, subject(before), before)));
  }

  private static Mono<Organization> visible(Caller caller, String id, Mono<Organization> found) {
    return caller.sees(id)
        ? found.switchIfEmpty(Mono.error(ProblemException::notFound))
        : Mono.error(ProblemException.notFound());
  }

  private static ProblemException notEmpty() {
    return ProblemException.conflict(
        "organization_not_empty", "Delete the projects of this organization first.");
  }

  private static Subject subject(Organization organization) {
    return new Subject("organization", organization.id(), organization.id(), null);
  }
}
