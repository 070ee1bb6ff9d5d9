package dev.tollgate.admin.credential;

import dev.tollgate.admin.credential.VersionRepository.NewVersion;
import dev.tollgate.admin.problem.JsonBodies;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Scope;
import dev.tollgate.crypto.envelope.EnvelopeException;
import dev.tollgate.crypto.envelope.EnvelopeException.KeyEncryptionKeyUnavailable;
import dev.tollgate.crypto.envelope.SecretBinding;
import dev.tollgate.crypto.secret.SecretBytes;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Seals a checked value into a version. */
@Component
class ValueStore {

  private final Vault vault;
  private final JsonBodies bodies;

  ValueStore(Vault vault, JsonBodies bodies) {
    this.vault = vault;
    this.bodies = bodies;
  }

  /** Whose value it is, and where it may go. */
  record Place(Scope owner, String credentialId, int version, List<String> allowedHosts) {

    SecretBinding binding() {
      return new SecretBinding(
          owner.organizationId(),
          owner.projectId(),
          credentialId,
          version,
          Set.copyOf(allowedHosts));
    }
  }

  /** What is sealed is a flat JSON object of the secret fields. */
  Mono<NewVersion> seal(Place place, CredentialFields fields, String createdBy) {
    SecretBytes secret = SecretBytes.of(bodies.write(fields.secret()));
    return vault
        .seal(secret, place.binding())
        .map(sealed ->
            new NewVersion(
                place.credentialId(),
                place.version(),
                sealed,
                place.allowedHosts(),
                fields.clear(),
                fields.masks(),
                createdBy));
  }

  /**
   * The same secret again, as another version or for fewer hosts; fails as {@link #open} does where
   * it cannot be opened.
   */
  Mono<NewVersion> reseal(
      StoredCredential credential, StoredValue value, Place place, String createdBy) {
    return open(credential, value)
        .flatMap(secret -> vault.seal(secret, place.binding()))
        .map(sealed ->
            new NewVersion(
                place.credentialId(),
                place.version(),
                sealed,
                place.allowedHosts(),
                value.clear(),
                value.masks(),
                createdBy));
  }

  /** The value in use; fails with 409 {@code not_decryptable} or with 503. */
  Mono<SecretBytes> open(StoredCredential credential) {
    return open(credential, credential.value());
  }

  private Mono<SecretBytes> open(StoredCredential credential, StoredValue value) {
    return vault
        .open(value.sealed(), credential.binding(value))
        .switchIfEmpty(Mono.error(ValueStore::notDecryptable))
        .onErrorMap(KeyEncryptionKeyUnavailable.class, _ -> Vault.unavailable())
        .onErrorMap(EnvelopeException.class, _ -> notDecryptable());
  }

  static ProblemException notDecryptable() {
    return ProblemException.conflict(
        "not_decryptable", "This version cannot be opened any more; give the value again.");
  }
}
