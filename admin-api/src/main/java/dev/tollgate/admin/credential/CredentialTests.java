package dev.tollgate.admin.credential;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.audit.EventType;
import dev.tollgate.admin.outbound.OutboundAnswer;
import dev.tollgate.admin.schema.Transactions;
import java.time.Clock;
import java.util.Map;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Timed;

/**
 * Tries credentials at their providers. The access stands in the audit before the call is made, and
 * no transaction waits for a provider.
 */
@Component
class CredentialTests {

  private final CredentialRepository repository;
  private final TestTargets targets;
  private final TestCalls calls;
  private final AuditLog audit;
  private final Transactions transactions;
  private final Clock clock;

  CredentialTests(
      CredentialRepository repository,
      TestTargets targets,
      TestCalls calls,
      AuditLog audit,
      Transactions transactions,
      Clock clock) {
    this.repository = repository;
    this.targets = targets;
    this.calls = calls;
    this.audit = audit;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** Fails with 404, 409, 422 or 503; whatever the provider does is a result. */
  Mono<CredentialTest> test(Caller caller, String id) {
    return transactions
        .inOne(
            Credentials.visible(caller, repository.find(id))
                .flatMap(credential -> prepare(caller, credential)))
        .flatMap(this::call);
  }

  private Mono<PreparedTest> prepare(Caller caller, StoredCredential credential) {
    return targets
        .find(credential)
        .flatMap(target -> calls.prepare(credential, target))
        .flatMap(
            prepared -> audit.write(access(caller, credential, prepared)).thenReturn(prepared));
  }

  private static AuditEntry access(
      Caller caller, StoredCredential credential, PreparedTest prepared) {
    Subject subject =
        new Subject(
            "credential",
            credential.id(),
            credential.owner().organizationId(),
            credential.owner().projectId());
    return AuditEntry.lifecycle(caller, "tested", subject, null, null)
        .as(EventType.ACCESS)
        .with(Map.of("host", prepared.host(), "value_version", prepared.valueVersion()));
  }

  private Mono<CredentialTest> call(PreparedTest prepared) {
    return calls.make(prepared).timed().map(answer -> result(prepared, answer));
  }

  private CredentialTest result(PreparedTest prepared, Timed<OutboundAnswer> answer) {
    TestVerdict verdict = TestVerdict.of(answer.get(), prepared.target().call());
    return new CredentialTest(
        verdict.reason() == null,
        verdict.status(),
        verdict.providerStatus(),
        answer.elapsed().toMillis(),
        clock.instant(),
        prepared.host(),
        prepared.valueVersion(),
        verdict.reason());
  }
}
