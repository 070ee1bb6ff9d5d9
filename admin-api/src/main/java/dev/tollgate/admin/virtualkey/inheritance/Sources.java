package dev.tollgate.admin.virtualkey.inheritance;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.audit.EventType;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Scopes;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Transactions;
import dev.tollgate.admin.virtualkey.inheritance.Source.Kind;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What is done with templates and environments. */
@Component
class Sources {
  private final SourceRepository repository;
  private final EffectivePolicies effective;
  private final Scopes scopes;
  private final AuditLog audit;
  private final Transactions transactions;
  private final Ids ids;
  private final Clock clock;

  Sources(
      SourceRepository repository,
      EffectivePolicies effective,
      Scopes scopes,
      AuditLog audit,
      Transactions transactions,
      Ids ids,
      Clock clock) {
    this.repository = repository;
    this.effective = effective;
    this.scopes = scopes;
    this.audit = audit;
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
  }

  Mono<Source> create(Caller caller, Kind kind, ObjectNode body) {
    SourceBody wanted = SourceBody.read(kind, body, clock.instant());
    String id = ids.next(kind.prefix());
    return transactions.inOne(
        scopes
            .resolve(caller, wanted.organizationId(), null)
            .flatMap(scope ->
                repository
                    .insert(kind, id, scope.organizationId(), wanted, caller.id())
                    .onErrorMap(DuplicateKeyException.class, _ -> nameTaken(kind)))
            .then(Mono.defer(() -> repository.find(kind, id)))
            .flatMap(made ->
                audit
                    .write(AuditEntry.created(caller, made.subject(), made.view()))
                    .thenReturn(made)));
  }

  Mono<Source> get(Caller caller, Kind kind, String id) {
    return Source.visible(caller, id, repository.find(kind, id));
  }

  Mono<Page<ObjectNode>> list(
      Caller caller, Kind kind, @Nullable String organizationId, PageRequest page) {
    if (organizationId != null) {
      caller.mustSee(organizationId);
    }
    String only = organizationId == null ? caller.organizationId() : organizationId;
    return repository
        .list(kind, only, page)
        .map(Source::view)
        .collectList()
        .map(views -> page.page(views, view -> view.required("id").stringValue()));
  }

  /** Changes it, and what holds for the keys that stand on it. */
  Mono<Source> change(
      Caller caller, Kind kind, String id, @Nullable String ifMatch, ObjectNode patch) {
    return transactions.inOne(
        Source.visible(caller, id, repository.findForUpdate(kind, id))
            .doOnNext(before -> IfMatch.check(ifMatch, before.version()))
            .flatMap(before ->
                change(caller, before, SourceBody.patched(before, patch, clock.instant()))));
  }

  private Mono<Source> change(Caller caller, Source before, SourceBody wanted) {
    refuseMove(before, wanted);
    return repository
        .update(before.kind(), before.id(), wanted)
        .onErrorMap(DuplicateKeyException.class, _ -> nameTaken(before.kind()))
        .then(
            wanted.document().equals(before.document())
                ? Mono.empty()
                : Mono.defer(() -> effective.recompute(before, caller)))
        .then(Mono.defer(() -> repository.find(before.kind(), before.id())))
        .flatMap(after -> audited(caller, before, after));
  }

  // The name of an environment stands in tokens that are out already.
  private static void refuseMove(Source before, SourceBody wanted) {
    if (wanted.organizationId() != null
        && !wanted.organizationId().equals(before.organizationId())) {
      throw ProblemException.unprocessable(
          "/organization_id", "immutable_field", "It stays in its organization.");
    }
    if (before.kind() == Kind.ENVIRONMENT && !wanted.name().equals(before.name())) {
      throw ProblemException.unprocessable(
          "/name", "immutable_field", "An environment keeps its name.");
    }
  }

  private Mono<Source> audited(Caller caller, Source before, Source after) {
    AuditEntry entry =
        AuditEntry.updated(caller, after.subject(), before.view(), after.view())
            .as(EventType.PERMISSION_CHANGE);
    return audit.write(entry).thenReturn(after);
  }

  Mono<Void> delete(Caller caller, Kind kind, String id, @Nullable String ifMatch) {
    return transactions.inOne(
        Source.visible(caller, id, repository.findForUpdate(kind, id))
            .doOnNext(before -> IfMatch.check(ifMatch, before.version()))
            .doOnNext(Sources::refuseBuiltIn)
            .flatMap(before -> delete(caller, before)));
  }

  private static void refuseBuiltIn(Source source) {
    if (source.builtIn()) {
      throw ProblemException.conflict(
          "environment_built_in", "Every organization has this environment.");
    }
  }

  private Mono<Void> delete(Caller caller, Source before) {
    return repository
        .dependants(before)
        .doOnNext(dependants -> refuseIfAny(before, dependants))
        .then(before.kind() == Kind.TEMPLATE ? repository.releaseFromRevoked(before) : Mono.empty())
        .then(repository.delete(before))
        .then(audit.write(AuditEntry.deleted(caller, before.subject(), before.view())));
  }

  private static void refuseIfAny(Source source, List<Dependant> dependants) {
    if (!dependants.isEmpty()) {
      throw ProblemException.with(
          HttpStatus.CONFLICT,
          source.kind().text() + "_in_use",
          "It is still in use.",
          "dependants",
          dependants);
    }
  }

  private static ProblemException nameTaken(Kind kind) {
    return ProblemException.conflict(
        "name_taken", "The organization has another " + kind.text() + " of this name.");
  }
}
