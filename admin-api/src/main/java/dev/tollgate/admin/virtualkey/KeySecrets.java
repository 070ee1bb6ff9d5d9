package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.access.SignatureDemand;
import dev.tollgate.admin.credential.Vault;
import dev.tollgate.crypto.envelope.SecretBinding;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.signature.RequestSignature;
import dev.tollgate.crypto.token.KeyDigester;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes what a key's holder needs: the value that names the key, and, where a policy over it asks
 * for signatures, the secret to sign with. Neither can be read again.
 */
@Component
class KeySecrets {
  private final KeyDigester digester;
  private final Vault vault;
  private final SigningSecretRepository signing;
  private final ScopePolicyRepository ceilings;
  private final VirtualKeyRepository keys;

  KeySecrets(
      KeyDigester digester,
      Vault vault,
      SigningSecretRepository signing,
      ScopePolicyRepository ceilings,
      VirtualKeyRepository keys) {
    this.digester = digester;
    this.vault = vault;
    this.signing = signing;
    this.ceilings = ceilings;
    this.keys = keys;
  }

  NewSecret newValue() {
    return NewSecret.make(digester);
  }

  /** A secret to sign with for a key to be, if it must sign. Call it in a transaction. */
  Mono<NewSigning> signingFor(String keyId, KeyScope scope, ObjectNode effective, Instant now) {
    return mustSign(scope, effective)
        .flatMap(mustSign -> mustSign ? newSigning(keyId, scope, now) : Mono.just(NewSigning.NONE));
  }

  /**
   * A patch that turns signatures on gives a new secret, one that turns them off takes it away:
   * what was shown before is not in use again by itself. One that moves the key to another project
   * gives a new secret too: the one of before is sealed for the project that it left.
   */
  Mono<NewSigning> signingAfterPatch(
      StoredKey before, KeyScope scope, ObjectNode effective, Instant now) {
    return mustSign(scope, effective)
        .flatMap(mustSign -> {
          boolean kept =
              Objects.equals(before.scope().onlyProject(), scope.onlyProject()) || !mustSign;
          if (kept && mustSign == before.signing().possible()) {
            return Mono.just(NewSigning.NONE);
          }
          Mono<Void> ended = endSigning(before.id(), now, now);
          return mustSign
              ? ended.then(Mono.defer(() -> newSigning(before.id(), scope, now)))
              : ended.thenReturn(NewSigning.NONE);
        });
  }

  /** The secret of before signs until the end of the grace period, as the value of before names. */
  Mono<NewSigning> signingAfterRotation(StoredKey before, Duration grace, Instant now) {
    return keys.effectivePolicy(before.id())
        .flatMap(effective ->
            endSigning(before.id(), now.plus(grace), now)
                .then(Mono.defer(() -> signingFor(before.id(), before.scope(), effective, now))));
  }

  /** Ends the key's signing secrets; at once if {@code end} is now. */
  Mono<Void> endSigning(String keyId, Instant end, Instant now) {
    return signing.end(keyId, end, now);
  }

  /** Whether a key must sign: by its own policy, or by one that stands over it. */
  private Mono<Boolean> mustSign(KeyScope scope, ObjectNode effective) {
    return SignatureDemand.isIn(effective)
        ? Mono.just(true)
        : ceilings.over(scope).any(ceiling -> SignatureDemand.isIn(ceiling.document()));
  }

  /** Sealed and stored beside those that have not ended. */
  private Mono<NewSigning> newSigning(String keyId, KeyScope scope, Instant now) {
    SecretString secret = RequestSignature.generateSecret();
    String projectId = scope.onlyProject();
    return signing
        .nextVersion(keyId)
        .flatMap(version ->
            vault
                .seal(
                    secret.utf8(),
                    new SecretBinding(scope.organizationId(), projectId, keyId, version, Set.of()))
                .flatMap(sealed -> signing.insert(keyId, version, projectId, sealed, now)))
        .thenReturn(new NewSigning(secret));
  }
}
