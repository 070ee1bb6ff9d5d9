package dev.tollgate.admin.credential;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.credential.Credential.UsedBy;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.ListFilter;
import dev.tollgate.admin.schema.Transactions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The reading and deleting of credentials; they are made by {@link CredentialCreation} and changed
 * by {@link CredentialChanges}, their values are {@link CredentialValues}'.
 */
@Component
public class Credentials {

  private final CredentialRepository repository;
  private final UsedByRepository usedBy;
  private final CredentialViews views;
  private final CredentialHistory history;
  private final Transactions transactions;

  Credentials(
      CredentialRepository repository,
      UsedByRepository usedBy,
      CredentialViews views,
      CredentialHistory history,
      Transactions transactions) {
    this.repository = repository;
    this.usedBy = usedBy;
    this.views = views;
    this.history = history;
    this.transactions = transactions;
  }

  /** A credential that the caller may see, else 404. */
  public Mono<Credential> get(Caller caller, String id) {
    return visible(caller, repository.find(id)).flatMap(views::show);
  }

  Mono<Page<Credential>> list(ListFilter filter, PageRequest page) {
    return repository
        .list(filter.organizationId(), filter.projectId(), page)
        .collectList()
        .map(rows -> page.page(rows, StoredCredential::id))
        .flatMap(stored ->
            views.show(stored.data()).map(shown -> new Page<>(shown, stored.nextCursor())));
  }

  /**
   * Deletes a credential and all its values.
   *
   * @param force also while services stand on it
   * @return fails with 409 that lists the dependants
   */
  public Mono<Void> delete(Caller caller, String id, @Nullable String ifMatch, boolean force) {
    return transactions.inOne(
        visible(caller, repository.findForUpdate(id))
            .flatMap(before -> delete(caller, before, ifMatch, force)));
  }

  private Mono<Void> delete(
      Caller caller, StoredCredential before, @Nullable String ifMatch, boolean force) {
    IfMatch.check(ifMatch, before.version());
    return usedBy
        .find(before.id())
        .filter(users -> !users.isEmpty() && !force)
        .flatMap(users -> Mono.<Void>error(inUse(users)))
        .then(views.show(before))
        .flatMap(
            shown -> repository.delete(before.id()).then(history.deleted(caller, shown, force)));
  }

  static Mono<StoredCredential> visible(Caller caller, Mono<StoredCredential> found) {
    return found
        .filter(credential -> caller.sees(credential.owner().organizationId()))
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  static ProblemException nameTaken() {
    return ProblemException.conflict(
        "name_taken", "Another credential of this owner has this name.");
  }

  static ProblemException inUse(List<UsedBy> users) {
    return ProblemException.with(
        HttpStatus.CONFLICT,
        "credential_in_use",
        "Services use this credential.",
        "dependants",
        users);
  }
}
