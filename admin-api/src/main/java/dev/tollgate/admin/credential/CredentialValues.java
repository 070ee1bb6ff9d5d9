package dev.tollgate.admin.credential;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.credential.ValueCheck.Method;
import dev.tollgate.admin.credential.VersionRepository.NewVersion;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Transactions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The values of credentials: replaced, listed, restored. */
@Component
public class CredentialValues {

  private final CredentialRepository repository;
  private final SealedVersions versions;
  private final ValueCheck check;
  private final CredentialHistory history;
  private final Transactions transactions;

  CredentialValues(
      CredentialRepository repository,
      SealedVersions versions,
      ValueCheck check,
      CredentialHistory history,
      Transactions transactions) {
    this.repository = repository;
    this.versions = versions;
    this.check = check;
    this.history = history;
    this.transactions = transactions;
  }

  /** Puts a whole new value in the place of the one in use. */
  public Mono<Credential> replace(
      Caller caller, String id, @Nullable String ifMatch, NewValue body) {
    return transactions.inOne(
        Credentials.visible(caller, repository.findForUpdate(id))
            .flatMap(before -> replace(caller, before, ifMatch, body)));
  }

  private Mono<Credential> replace(
      Caller caller, StoredCredential before, @Nullable String ifMatch, NewValue body) {
    IfMatch.check(ifMatch, before.version());
    Method method = check.method(before.provider(), before.authMethod());
    return check
        .fields(method, body.fields(), body.value())
        .flatMap(fields ->
            versions.next(before, hosts(before, method, fields, body), fields, caller.id()))
        .flatMap(version -> put(caller, before, version, body.graceHours(), "value_replaced"));
  }

  private List<String> hosts(
      StoredCredential before, Method method, CredentialFields fields, NewValue body) {
    if (body.allowedHosts() != null) {
      return ValueCheck.canonicalHosts(body.allowedHosts());
    }
    return method.kind().hasBaseUrlOfCredential()
        ? check.defaultHosts(method.kind(), fields)
        : before.value().allowedHosts();
  }

  private Mono<Credential> put(
      Caller caller, StoredCredential before, NewVersion version, int graceHours, String verb) {
    return history
        .show(before)
        .flatMap(shown ->
            versions
                .replace(version, graceHours)
                .then(repository.touch(before.id()))
                .then(moveServices(before, version.clear()))
                .then(Mono.defer(() -> history.valueChanged(caller, verb, shown, graceHours))));
  }

  private Mono<Void> moveServices(StoredCredential before, Map<String, String> clear) {
    Method method = check.method(before.provider(), before.authMethod());
    return method.kind().hasBaseUrlOfCredential()
        ? Mono.justOrEmpty(method.kind().baseUrl(clear))
            .flatMap(url -> repository.moveServices(before.id(), url))
        : Mono.empty();
  }

  Mono<Page<CredentialVersion>> list(Caller caller, String id, PageRequest page) {
    return Credentials.visible(caller, repository.find(id))
        .flatMapMany(credential -> versions.list(credential.id()))
        .map(CredentialVersion::of)
        .collectList()
        .map(rows -> page.pageOf(rows, row -> Integer.toString(row.version())));
  }

  /** Makes an earlier value, for the hosts that it was for, the newest version. */
  Mono<Credential> restore(Caller caller, String id, int version) {
    return transactions.inOne(
        Credentials.visible(caller, repository.findForUpdate(id))
            .flatMap(before -> restore(caller, before, version)));
  }

  private Mono<Credential> restore(Caller caller, StoredCredential before, int version) {
    return versions
        .find(before.id(), version)
        .switchIfEmpty(Mono.error(ProblemException::notFound))
        .flatMap(value -> versions.again(before, value, value.allowedHosts(), caller.id()))
        .flatMap(made -> put(caller, before, made, 0, "value_restored"));
  }
}
