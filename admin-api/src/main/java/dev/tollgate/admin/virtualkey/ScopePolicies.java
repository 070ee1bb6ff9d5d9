package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.audit.EventType;
import dev.tollgate.admin.document.DocumentReader;
import dev.tollgate.admin.document.Reading;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Transactions;
import dev.tollgate.admin.virtualkey.ScopePolicy.Level;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** What is done with the policies of organizations, teams and projects. */
@Component
class ScopePolicies {
  private final ScopePolicyRepository repository;
  private final Approvals approvals;
  private final AuditLog audit;
  private final Transactions transactions;
  private final Clock clock;

  ScopePolicies(
      ScopePolicyRepository repository,
      Approvals approvals,
      AuditLog audit,
      Transactions transactions,
      Clock clock) {
    this.repository = repository;
    this.approvals = approvals;
    this.audit = audit;
    this.transactions = transactions;
    this.clock = clock;
  }

  Mono<ScopePolicy> get(Caller caller, Level level, String id) {
    return visible(caller, repository.find(level, id));
  }

  /** A change of a policy: the whole document, or a merge patch of it. */
  record Edit(@Nullable String ifMatch, ObjectNode body, boolean isPatch) {}

  Mono<ScopePolicy> change(Caller caller, Level level, String id, Edit edit) {
    return transactions.inOne(
        visible(caller, repository.findForUpdate(level, id))
            .doOnNext(policy -> IfMatch.check(edit.ifMatch(), policy.version()))
            .flatMap(before -> write(caller, before, changed(before, edit))));
  }

  private ScopePolicy changed(ScopePolicy before, Edit edit) {
    DocumentReader reader = before.level().reader();
    Reading reading =
        edit.isPatch()
            ? reader.patch(before.shown(), edit.body(), clock.instant())
            : reader.read(edit.body(), clock.instant());
    return before.with(reading.orRefuse());
  }

  private Mono<ScopePolicy> write(Caller caller, ScopePolicy before, ScopePolicy changed) {
    return repository
        .write(changed)
        .delayUntil(this::demandApproval)
        .flatMap(after ->
            audit
                .write(
                    AuditEntry.lifecycle(
                            caller, "policy_changed", subject(after), before.shown(), after.shown())
                        .as(EventType.PERMISSION_CHANGE))
                .thenReturn(after));
  }

  // Keys that nobody ever approved wait from now on, those in use too: that is what was asked for.
  private Mono<Void> demandApproval(ScopePolicy policy) {
    boolean asked = policy.document().at("/permissions/require_approval").asBoolean(false);
    return asked ? approvals.demandInAll(policy.organizationId()) : Mono.empty();
  }

  private static Mono<ScopePolicy> visible(Caller caller, Mono<ScopePolicy> found) {
    return found
        .filter(policy -> caller.sees(policy.organizationId()))
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  private static Subject subject(ScopePolicy policy) {
    return new Subject(
        policy.level().text(), policy.id(), policy.organizationId(), policy.projectId());
  }
}
