package dev.tollgate.admin.adminkey;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.adminkey.AdminKeyRepository.Row;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.audit.EventType;
import dev.tollgate.admin.idempotency.Answer;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Transactions;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What is done with admin keys. Only owners do it, so nobody grants more than they hold. */
@Component
class AdminKeys {

  private final AdminKeyRepository repository;
  private final AdminKeyHolders holders;
  private final KeyDigester digester;
  private final AuditLog audit;
  private final Transactions transactions;
  private final Ids ids;
  private final Clock clock;

  AdminKeys(
      AdminKeyRepository repository,
      AdminKeyHolders holders,
      KeyDigester digester,
      AuditLog audit,
      Transactions transactions,
      Ids ids,
      Clock clock) {
    this.repository = repository;
    this.holders = holders;
    this.digester = digester;
    this.audit = audit;
    this.transactions = transactions;
    this.ids = ids;
    this.clock = clock;
  }

  Mono<Answer> create(Caller caller, NewAdminKey body) {
    Instant expiresAt = body.expiresAt();
    if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
      throw ProblemException.badRequest("/expires_at", "invalid_value", "lies in the past");
    }
    SecretString key = OpaqueKey.generate(KeyKind.ADMIN_KEY);
    return transactions.inOne(
        holders
            .of(caller, body)
            .map(holder -> new Row(body, holder, digester.digest(key), OpaqueKey.last4(key)))
            .flatMap(row -> store(caller, row))
            .map(made -> answer(key, made)));
  }

  private Mono<AdminKey> store(Caller caller, Row row) {
    String id = ids.next("adm");
    return repository
        .insert(id, row, caller.id())
        .then(repository.find(null, id))
        .flatMap(made ->
            audit
                .write(
                    AuditEntry.created(caller, subject(made), made).as(EventType.PERMISSION_CHANGE))
                .thenReturn(made));
  }

  private static Answer answer(SecretString key, AdminKey made) {
    return Answer.createdOnce(
        new CreatedAdminKey(key.reveal(SecretAccess.granted()), made), made, made.version());
  }

  Mono<AdminKey> get(Caller caller, String id) {
    return repository
        .find(caller.organizationId(), id)
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  Mono<Page<AdminKey>> list(Caller caller, @Nullable String organizationId, PageRequest page) {
    if (organizationId != null && !caller.sees(organizationId)) {
      return Mono.error(ProblemException.notFound());
    }
    String only = organizationId == null ? caller.organizationId() : organizationId;
    return repository.list(only, page).collectList().map(rows -> page.page(rows, AdminKey::id));
  }

  Mono<Void> revoke(Caller caller, String id, @Nullable String ifMatch) {
    return transactions.inOne(get(caller, id).flatMap(before -> revoke(caller, before, ifMatch)));
  }

  private Mono<Void> revoke(Caller caller, AdminKey before, @Nullable String ifMatch) {
    IfMatch.check(ifMatch, before.version());
    return repository
        .revoke(before.id())
        .then(
            audit.write(
                AuditEntry.deleted(caller, subject(before), before)
                    .as(EventType.PERMISSION_CHANGE)));
  }

  private static Subject subject(AdminKey key) {
    return new Subject("admin_key", key.id(), key.organizationId(), null);
  }
}
