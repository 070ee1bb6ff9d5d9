package dev.tollgate.admin.credential;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.credential.Credential.UsedBy;
import dev.tollgate.admin.credential.ValueCheck.Method;
import dev.tollgate.admin.credential.ValueStore.Place;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.Page;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.ListFilter;
import dev.tollgate.admin.project.Scopes;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Transactions;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * The making, reading, changing and deleting of credentials; their values are {@link
 * CredentialValues}'.
 */
@Component
public class Credentials {

  private final CredentialRepository repository;
  private final VersionRepository versions;
  private final UsedByRepository usedBy;
  private final CredentialViews views;
  private final ValueCheck check;
  private final ValueStore store;
  private final Scopes scopes;
  private final AuditLog audit;
  private final Transactions transactions;
  private final JsonBodies bodies;
  private final Ids ids;
  private final Clock clock;

  Credentials(
      CredentialRepository repository,
      VersionRepository versions,
      UsedByRepository usedBy,
      CredentialViews views,
      ValueCheck check,
      ValueStore store,
      Scopes scopes,
      AuditLog audit,
      Transactions transactions,
      JsonBodies bodies,
      Ids ids,
      Clock clock) {
    this.repository = repository;
    this.versions = versions;
    this.usedBy = usedBy;
    this.views = views;
    this.check = check;
    this.store = store;
    this.scopes = scopes;
    this.audit = audit;
    this.transactions = transactions;
    this.bodies = bodies;
    this.ids = ids;
    this.clock = clock;
  }

  /** Makes a credential with its first value. */
  public Mono<Credential> create(Caller caller, NewCredential body) {
    refusePast(body.expiresAt());
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
    String id = ids.next("crd");
    return transactions.inOne(
        scopes
            .resolve(caller, body.organizationId(), body.projectId())
            .flatMap(owner ->
                repository
                    .insert(id, owner, body, method.auth().name(), caller.id())
                    .onErrorMap(DuplicateKeyException.class, _ -> nameTaken())
                    .then(store.seal(new Place(owner, id, 1, hosts), fields, caller.id())))
            .flatMap(versions::insert)
            .then(Mono.defer(() -> created(caller, id))));
  }

  private Mono<Credential> created(Caller caller, String id) {
    return repository
        .find(id)
        .flatMap(views::show)
        .flatMap(
            made -> audit.write(AuditEntry.created(caller, subject(made), made)).thenReturn(made));
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

  Mono<Credential> change(Caller caller, String id, @Nullable String ifMatch, ObjectNode patch) {
    return transactions.inOne(
        visible(caller, repository.findForUpdate(id))
            .flatMap(before -> change(caller, before, ifMatch, patch)));
  }

  private Mono<Credential> change(
      Caller caller, StoredCredential before, @Nullable String ifMatch, ObjectNode patch) {
    IfMatch.check(ifMatch, before.version());
    CredentialChange current =
        new CredentialChange(
            before.name(), before.environment(), before.expiresAt(), before.value().allowedHosts());
    CredentialChange wanted = bodies.merge(current, patch, CredentialChange.class);
    if (patch.has("expires_at")) {
      refusePast(wanted.expiresAt());
    }
    List<String> hosts = ValueCheck.canonicalHosts(wanted.allowedHosts());
    return views
        .show(before)
        .flatMap(shown ->
            refuseRenameInUse(before, wanted, shown.usedBy())
                .then(repository.update(before.id(), wanted))
                .onErrorMap(DuplicateKeyException.class, _ -> nameTaken())
                .then(narrow(caller, before, hosts))
                .then(Mono.defer(() -> changed(caller, shown))));
  }

  /** A template names a credential by its name, and would go on to name nothing. */
  private static Mono<Void> refuseRenameInUse(
      StoredCredential before, CredentialChange wanted, List<UsedBy> users) {
    return wanted.name().equals(before.name()) || users.isEmpty()
        ? Mono.empty()
        : Mono.error(inUse(users));
  }

  /** Fewer hosts are bound anew; more of them need the secret again. */
  private Mono<Void> narrow(Caller caller, StoredCredential before, List<String> hosts) {
    HashSet<String> current = new HashSet<>(before.value().allowedHosts());
    if (current.equals(new HashSet<>(hosts))) {
      return Mono.empty();
    }
    if (!current.containsAll(hosts)) {
      return Mono.error(
          ProblemException.unprocessable(
              "/allowed_hosts",
              "credential_required",
              "for a new host the value must be given again (PUT …/value)"));
    }
    return versions
        .newest(before.id())
        .map(newest -> new Place(before.owner(), before.id(), newest + 1, hosts))
        .flatMap(place -> store.reseal(before, before.value(), place, caller.id()))
        .flatMap(version -> versions.replace(version, 0));
  }

  private Mono<Credential> changed(Caller caller, Credential before) {
    return repository
        .find(before.id())
        .flatMap(views::show)
        .flatMap(after ->
            audit
                .write(AuditEntry.updated(caller, subject(after), before, after))
                .thenReturn(after));
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
        .flatMap(shown ->
            repository
                .delete(before.id())
                .then(
                    audit.write(
                        AuditEntry.deleted(caller, subject(shown), shown)
                            .with(Map.of("force", force)))));
  }

  static Mono<StoredCredential> visible(Caller caller, Mono<StoredCredential> found) {
    return found
        .filter(credential -> caller.sees(credential.owner().organizationId()))
        .switchIfEmpty(Mono.error(ProblemException::notFound));
  }

  static Subject subject(Credential credential) {
    return new Subject(
        "credential", credential.id(), credential.organizationId(), credential.projectId());
  }

  private void refusePast(@Nullable Instant expiresAt) {
    if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
      throw ProblemException.badRequest("/expires_at", "invalid_value", "lies in the past");
    }
  }

  private static ProblemException nameTaken() {
    return ProblemException.conflict(
        "name_taken", "Another credential of this owner has this name.");
  }

  private static ProblemException inUse(List<UsedBy> users) {
    return ProblemException.with(
        HttpStatus.CONFLICT,
        "credential_in_use",
        "Services use this credential.",
        "dependants",
        users);
  }
}
