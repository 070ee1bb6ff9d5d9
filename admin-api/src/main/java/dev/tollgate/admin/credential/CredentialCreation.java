package dev.tollgate.admin.credential;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.credential.ValueCheck.Method;
import dev.tollgate.admin.project.Scopes;
import dev.tollgate.admin.schema.Transactions;
import java.util.List;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Makes credentials. */
@Component
public class CredentialCreation {

  private final ValueCheck check;
  private final Scopes scopes;
  private final CredentialRepository repository;
  private final SealedVersions versions;
  private final CredentialHistory history;
  private final Transactions transactions;

  CredentialCreation(
      ValueCheck check,
      Scopes scopes,
      CredentialRepository repository,
      SealedVersions versions,
      CredentialHistory history,
      Transactions transactions) {
    this.check = check;
    this.scopes = scopes;
    this.repository = repository;
    this.versions = versions;
    this.history = history;
    this.transactions = transactions;
  }

  /** Makes a credential with its first value. */
  public Mono<Credential> create(Caller caller, NewCredential body) {
    check.refusePast(body.expiresAt());
    Method method = check.method(body.provider(), body.authMethod());
    return check
        .fields(method, body.fields(), body.value())
        .flatMap(fields -> create(caller, body, method, fields));
  }

  private Mono<Credential> create(
      Caller caller, NewCredential body, Method method, CredentialFields fields) {
    List<String> hosts =
        body.allowedHosts() == null
            ? check.defaultHosts(method.kind(), fields)
            : ValueCheck.canonicalHosts(body.allowedHosts());
    String id = repository.newId();
    return transactions.inOne(
        scopes
            .resolve(caller, body.organizationId(), body.projectId())
            .flatMap(owner ->
                repository
                    .insert(id, owner, body, method.auth().name(), caller.id())
                    .onErrorMap(DuplicateKeyException.class, _ -> Credentials.nameTaken())
                    .then(versions.first(owner, id, hosts, fields, caller.id())))
            .then(Mono.defer(() -> history.created(caller, id))));
  }
}
