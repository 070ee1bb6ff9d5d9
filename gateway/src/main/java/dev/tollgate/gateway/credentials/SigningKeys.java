package dev.tollgate.gateway.credentials;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.crypto.envelope.DataKey;
import dev.tollgate.crypto.envelope.DataKeyOwner;
import dev.tollgate.crypto.envelope.Envelope;
import dev.tollgate.crypto.envelope.EnvelopeException;
import dev.tollgate.crypto.envelope.SecretBinding;
import dev.tollgate.crypto.envelope.WrappedDataKey;
import dev.tollgate.crypto.secret.SecretAccess;
import dev.tollgate.crypto.secret.SecretBytes;
import dev.tollgate.crypto.secret.SecretString;
import dev.tollgate.crypto.signature.RequestSignature;
import dev.tollgate.gateway.snapshot.SigningSecret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Opens the secrets that keys sign with, and keeps them for a short time, under their snapshot. */
public final class SigningKeys {

  private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);
  private static final int DATA_KEYS = 10_000;
  private static final int SECRETS = 50_000;

  private final Envelope envelope;
  private final AsyncCache<WrappedDataKey, DataKey> dataKeys;
  private final Cache<SigningSecret, RequestSignature> opened;

  public SigningKeys(Envelope envelope, Duration openedFor) {
    this.envelope = envelope;
    this.dataKeys =
        Caffeine.newBuilder().maximumSize(DATA_KEYS).expireAfterWrite(openedFor).buildAsync();
    // Weak keys are compared by identity: a changed key has a new snapshot, and new ones of these.
    this.opened =
        Caffeine.newBuilder()
            .executor(Runnable::run) // cheaper than to wake a pool's thread every few reads
            .weakKeys()
            .maximumSize(SECRETS)
            .expireAfterWrite(openedFor)
            .build();
  }

  /** What came of opening. */
  public sealed interface Opening {

    /** Those that could be opened; none of them may be there. */
    record Opened(List<RequestSignature> signatures) implements Opening {}

    /** The key-encryption key does not answer. */
    record Unavailable() implements Opening {}
  }

  /** Opens {@code secrets} of one key; never empty, no error. */
  public Mono<Opening> open(String organizationId, String keyId, List<SigningSecret> secrets) {
    List<RequestSignature> known = new ArrayList<>(secrets.size());
    for (SigningSecret secret : secrets) {
      RequestSignature signature = opened.getIfPresent(secret);
      if (signature != null) {
        known.add(signature);
      }
    }
    return known.size() == secrets.size()
        ? Mono.just(new Opening.Opened(known))
        : openAll(organizationId, keyId, secrets);
  }

  private Mono<Opening> openAll(String organizationId, String keyId, List<SigningSecret> secrets) {
    return Flux.fromIterable(secrets)
        .concatMap(secret ->
            openOne(organizationId, keyId, secret)
                .onErrorResume(failure -> skipped(keyId, failure)))
        .collectList()
        .<Opening>map(Opening.Opened::new)
        .onErrorReturn(new Opening.Unavailable());
  }

  private Mono<RequestSignature> openOne(
      String organizationId, String keyId, SigningSecret secret) {
    DataKeyOwner owner = new DataKeyOwner(organizationId, secret.projectId());
    SecretBinding binding =
        new SecretBinding(organizationId, secret.projectId(), keyId, secret.version(), Set.of());
    return Mono.fromFuture(
            () ->
                dataKeys.get(
                    secret.sealed().dataKey(),
                    (key, executor) -> envelope.open(key, owner).toCompletableFuture()),
            true)
        .map(key -> signature(key.open(secret.sealed().value(), binding)))
        .doOnNext(signature -> opened.put(secret, signature));
  }

  /** One that was moved or damaged signs nothing; one that cannot be looked at now may well. */
  private static Mono<RequestSignature> skipped(String keyId, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    log.warn("A signing secret of {} cannot be used: {}", keyId, cause.toString());
    return cause instanceof EnvelopeException.KeyEncryptionKeyUnavailable
        ? Mono.error(cause)
        : Mono.empty();
  }

  private static RequestSignature signature(SecretBytes secret) {
    byte[] text = secret.reveal(SecretAccess.granted());
    try {
      return new RequestSignature(SecretString.of(new String(text, StandardCharsets.UTF_8)));
    } finally {
      SecretBytes.wipe(text);
    }
  }
}
