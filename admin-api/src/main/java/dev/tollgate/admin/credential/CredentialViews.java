package dev.tollgate.admin.credential;

import dev.tollgate.admin.credential.Credential.UsedBy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Adds to stored credentials what is found out when they are shown. */
@Component
class CredentialViews {

  private final UsedByRepository usedBy;
  private final Vault vault;

  CredentialViews(UsedByRepository usedBy, Vault vault) {
    this.usedBy = usedBy;
    this.vault = vault;
  }

  Mono<Credential> show(StoredCredential stored) {
    return show(List.of(stored)).map(List::getFirst);
  }

  Mono<List<Credential>> show(List<StoredCredential> stored) {
    return usedBy
        .find(stored.stream().map(StoredCredential::id).toList())
        .flatMap(users -> show(stored, users));
  }

  private Mono<List<Credential>> show(
      List<StoredCredential> stored, Map<String, Collection<UsedBy>> users) {
    return Flux.fromIterable(stored)
        .concatMap(one -> show(one, List.copyOf(users.getOrDefault(one.id(), List.of()))))
        .collectList();
  }

  private Mono<Credential> show(StoredCredential stored, List<UsedBy> users) {
    return vault
        .opens(stored.value().sealed(), stored.binding())
        .map(decryptable -> view(stored, decryptable, users));
  }

  private static Credential view(StoredCredential stored, boolean decryptable, List<UsedBy> users) {
    return new Credential(
        stored.id(),
        stored.owner().organizationId(),
        stored.owner().projectId(),
        stored.name(),
        stored.provider(),
        stored.authMethod(),
        CredentialVersion.shown(stored.value()),
        stored.environment(),
        stored.expiresAt(),
        stored.value().allowedHosts(),
        stored.value().version(),
        decryptable,
        users,
        stored.lastUsedAt(),
        stored.version(),
        stored.createdBy(),
        stored.createdAt(),
        stored.updatedAt());
  }
}
