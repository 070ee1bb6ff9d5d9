package dev.tollgate.admin.service;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.credential.Credential;
import dev.tollgate.admin.credential.CredentialCreation;
import dev.tollgate.admin.credential.CredentialDirectory;
import dev.tollgate.admin.credential.CredentialValues;
import dev.tollgate.admin.credential.Credentials;
import dev.tollgate.admin.credential.NewCredential;
import dev.tollgate.admin.credential.NewValue;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The credentials behind a project's providers, each with one {@code api_key}. */
@Component
class ProviderKeys {

  static final String FIELD = "api_key";

  private final CredentialCreation creation;
  private final Credentials credentials;
  private final CredentialValues values;
  private final CredentialDirectory directory;

  ProviderKeys(
      CredentialCreation creation,
      Credentials credentials,
      CredentialValues values,
      CredentialDirectory directory) {
    this.creation = creation;
    this.credentials = credentials;
    this.values = values;
    this.directory = directory;
  }

  /** Nothing is made if nothing is asked for. */
  Mono<Optional<Credential>> make(Caller caller, Optional<NewCredential> asked) {
    return Mono.justOrEmpty(asked)
        .flatMap(body -> creation.create(caller, body))
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty());
  }

  /** The provider that a service is, with its credential. */
  Mono<ProjectProvider> show(Caller caller, Service service) {
    String credentialId = service.credentialId();
    return credentialId == null
        ? Mono.just(ProjectProvider.of(service, null))
        : credentials
            .get(caller, credentialId)
            .map(credential -> ProjectProvider.of(service, credential));
  }

  /**
   * Puts another key in the place of the service's.
   *
   * @param graceHours null: the old one ends at once
   * @param hosts where it may be sent; null: as before
   */
  Mono<Credential> replace(
      Caller caller,
      Service service,
      String key,
      @Nullable Integer graceHours,
      @Nullable List<String> hosts) {
    Scope owner = new Scope(service.organizationId(), service.projectId());
    return Mono.justOrEmpty(service.credentialId())
        .flatMap(id -> directory.find(owner, id))
        .switchIfEmpty(Mono.error(ProviderKeys::noCredential))
        .flatMap(credential -> {
          Map<String, String> fields = new TreeMap<>(credential.clearFields());
          fields.put(FIELD, key);
          NewValue value = new NewValue(fields, null, graceHours, hosts);
          return values.replace(caller, credential.id(), null, value);
        });
  }

  private static ProblemException noCredential() {
    return ProblemException.unprocessable(
        "/api_key", "no_credential", "this provider was made without a key; make it anew");
  }

  /**
   * Deletes the credential that was made with a provider that is gone, unless others use it. It
   * bears the provider's name; one of another name was made by itself and stays.
   */
  Mono<Void> deleteUnused(Caller caller, Service gone) {
    return Mono.justOrEmpty(gone.credentialId())
        .flatMap(id -> credentials.get(caller, id))
        .filter(credential -> credential.projectId() != null)
        .filter(credential -> credential.name().equals(gone.name()))
        .filter(credential -> credential.usedBy().isEmpty())
        .flatMap(credential -> credentials.delete(caller, credential.id(), null, false));
  }
}
