package dev.tollgate.admin.credential;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.credential.Credential.UsedBy;
import dev.tollgate.admin.problem.IfMatch;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Transactions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Changes credentials in all but their values. */
@Component
class CredentialChanges {

  private final CredentialRepository repository;
  private final SealedVersions versions;
  private final ValueCheck check;
  private final CredentialHistory history;
  private final Transactions transactions;
  private final JsonBodies bodies;

  CredentialChanges(
      CredentialRepository repository,
      SealedVersions versions,
      ValueCheck check,
      CredentialHistory history,
      Transactions transactions,
      JsonBodies bodies) {
    this.repository = repository;
    this.versions = versions;
    this.check = check;
    this.history = history;
    this.transactions = transactions;
    this.bodies = bodies;
  }

  Mono<Credential> change(Caller caller, String id, @Nullable String ifMatch, ObjectNode patch) {
    return transactions.inOne(
        Credentials.visible(caller, repository.findForUpdate(id))
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
      check.refusePast(wanted.expiresAt());
    }
    List<String> hosts = ValueCheck.canonicalHosts(wanted.allowedHosts());
    return history
        .show(before)
        .flatMap(shown ->
            refuseRenameInUse(before, wanted, shown.usedBy())
                .then(repository.update(before.id(), wanted))
                .onErrorMap(DuplicateKeyException.class, _ -> Credentials.nameTaken())
                .then(narrow(caller, before, hosts))
                .then(Mono.defer(() -> history.updated(caller, shown))));
  }

  /** A template names a credential by its name, and would go on to name nothing. */
  private static Mono<Void> refuseRenameInUse(
      StoredCredential before, CredentialChange wanted, List<UsedBy> users) {
    return wanted.name().equals(before.name()) || users.isEmpty()
        ? Mono.empty()
        : Mono.error(Credentials.inUse(users));
  }

  /** Fewer hosts are bound anew; more of them need the secret again. */
  private Mono<Void> narrow(Caller caller, StoredCredential before, List<String> hosts) {
    Set<String> current = new HashSet<>(before.value().allowedHosts());
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
        .again(before, before.value(), hosts, caller.id())
        .flatMap(version -> versions.replace(version, 0));
  }
}
