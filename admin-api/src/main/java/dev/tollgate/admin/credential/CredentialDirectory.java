package dev.tollgate.admin.credential;

import dev.tollgate.admin.project.Scope;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What services need to know of credentials, and no secret. */
@Component
public class CredentialDirectory {

  private final CredentialRepository repository;

  CredentialDirectory(CredentialRepository repository) {
    this.repository = repository;
  }

  /**
   * A credential as services see it.
   *
   * @param secretFields the names of the sealed fields
   * @param clearFields the others, with their values
   */
  public record Entry(
      String id,
      Scope owner,
      String provider,
      String authMethod,
      List<String> allowedHosts,
      Set<String> secretFields,
      Map<String, String> clearFields) {

    static Entry of(StoredCredential stored) {
      return new Entry(
          stored.id(),
          stored.owner(),
          stored.provider(),
          stored.authMethod(),
          stored.value().allowedHosts(),
          stored.value().masks().keySet(),
          stored.value().clear());
    }
  }

  /**
   * Empty if what {@code scope} owns cannot use it: another organization's, or another project's.
   */
  public Mono<Entry> find(Scope scope, String id) {
    return repository.find(id).filter(found -> isUsable(scope, found.owner())).map(Entry::of);
  }

  /** The project's own credential of this name, else the organization's; empty if there is none. */
  public Mono<Entry> findByName(Scope scope, String name) {
    return repository.findByName(scope, name).map(Entry::of);
  }

  private static boolean isUsable(Scope scope, Scope owner) {
    return owner.organizationId().equals(scope.organizationId())
        && (owner.projectId() == null || Objects.equals(owner.projectId(), scope.projectId()));
  }
}
