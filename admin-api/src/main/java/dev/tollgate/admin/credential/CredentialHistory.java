package dev.tollgate.admin.credential;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import java.util.Map;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Shows credentials before and after a change and writes both to the audit. Call it in the
 * transaction of the change.
 */
@Component
class CredentialHistory {

  private final CredentialRepository repository;
  private final CredentialViews views;
  private final AuditLog audit;

  CredentialHistory(CredentialRepository repository, CredentialViews views, AuditLog audit) {
    this.repository = repository;
    this.views = views;
    this.audit = audit;
  }

  Mono<Credential> show(StoredCredential stored) {
    return views.show(stored);
  }

  private Mono<Credential> now(String id) {
    return repository.find(id).flatMap(views::show);
  }

  Mono<Credential> created(Caller caller, String id) {
    return now(id)
        .flatMap(
            made -> audit.write(AuditEntry.created(caller, subject(made), made)).thenReturn(made));
  }

  Mono<Credential> updated(Caller caller, Credential before) {
    return now(before.id())
        .flatMap(after ->
            audit
                .write(AuditEntry.updated(caller, subject(after), before, after))
                .thenReturn(after));
  }

  /** A step in the life of its value, such as {@code value_replaced}. */
  Mono<Credential> valueChanged(Caller caller, String verb, Credential before, int graceHours) {
    return now(before.id())
        .flatMap(after ->
            audit
                .write(
                    AuditEntry.lifecycle(caller, verb, subject(after), before, after)
                        .with(Map.of("grace_period_hours", graceHours)))
                .thenReturn(after));
  }

  Mono<Void> deleted(Caller caller, Credential before, boolean force) {
    return audit.write(
        AuditEntry.deleted(caller, subject(before), before).with(Map.of("force", force)));
  }

  private static Subject subject(Credential credential) {
    return new Subject(
        "credential", credential.id(), credential.organizationId(), credential.projectId());
  }
}
