package dev.tollgate.admin.credential;

import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.project.Scope;
import dev.tollgate.crypto.envelope.DataKey;
import dev.tollgate.crypto.envelope.DataKeyOwner;
import dev.tollgate.crypto.envelope.Envelope;
import dev.tollgate.crypto.envelope.EnvelopeException;
import dev.tollgate.crypto.envelope.EnvelopeException.KeyEncryptionKeyUnavailable;
import dev.tollgate.crypto.envelope.NewDataKey;
import dev.tollgate.crypto.envelope.SecretBinding;
import dev.tollgate.crypto.secret.SecretBytes;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Seals and opens the secrets of an organization or a project under its own data key. */
@Component
public class Vault {

  private final Envelope envelope;
  private final DataKeyRepository dataKeys;

  Vault(Envelope envelope, DataKeyRepository dataKeys) {
    this.envelope = envelope;
    this.dataKeys = dataKeys;
  }

  /** Seals under the owner's data key, which is made if there is none. Call it in a transaction. */
  public Mono<SealedSecret> seal(SecretBytes secret, SecretBinding binding) {
    return dataKeyFor(scope(binding))
        .map(key -> new SealedSecret(key.id(), key.seal(secret, binding)))
        .onErrorMap(KeyEncryptionKeyUnavailable.class, _ -> unavailable());
  }

  /** Fails with {@link EnvelopeException} if it does not open. */
  Mono<SecretBytes> open(SealedSecret sealed, SecretBinding binding) {
    return existing(scope(binding)).map(key -> key.open(sealed.bytes(), binding));
  }

  /** Whether the secret opens; false also while the key-encryption key does not answer. */
  Mono<Boolean> opens(SealedSecret sealed, SecretBinding binding) {
    return open(sealed, binding)
        .map(_ -> true)
        .onErrorReturn(EnvelopeException.class, false)
        .defaultIfEmpty(false);
  }

  /** The owner's data key, made if there is none. Call it in a transaction. */
  Mono<DataKey> dataKeyFor(Scope owner) {
    return existing(owner).switchIfEmpty(Mono.defer(() -> make(owner)));
  }

  /** The owner's data key; empty if it has none. */
  Mono<DataKey> existing(Scope owner) {
    return dataKeys
        .find(owner)
        .flatMap(wrapped -> Mono.fromCompletionStage(() -> envelope.open(wrapped, of(owner))));
  }

  private Mono<DataKey> make(Scope owner) {
    return Mono.fromCompletionStage(() -> envelope.newDataKey(of(owner)))
        .map(NewDataKey::wrapped)
        .flatMap(wrapped -> dataKeys.insert(owner, wrapped))
        .then(Mono.defer(() -> existing(owner)));
  }

  private static DataKeyOwner of(Scope owner) {
    return new DataKeyOwner(owner.organizationId(), owner.projectId());
  }

  private static Scope scope(SecretBinding binding) {
    return new Scope(binding.organizationId(), binding.projectId());
  }

  static ProblemException unavailable() {
    return ProblemException.of(
        HttpStatus.SERVICE_UNAVAILABLE,
        "key_encryption_unavailable",
        "The key-encryption key does not answer.");
  }
}
