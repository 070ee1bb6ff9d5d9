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
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.snapshot.CredentialSnapshot;
import dev.tollgate.gateway.snapshot.ProjectSnapshot;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Opens credentials and keeps them for a short time, under the service's snapshot itself: whatever
 * changes about a service or a credential makes a new snapshot, and the old secrets are forgotten
 * with the old one.
 */
public final class CredentialOpener implements ProviderCredentials {

  private static final Logger log = LoggerFactory.getLogger(CredentialOpener.class);

  private static final int DATA_KEYS = 10_000;
  private static final int SERVICES = 50_000;

  private static final Opening UNAVAILABLE =
      new Opening.Refused(
          Rejection.retryable(
              ErrorCode.SERVICE_UNAVAILABLE,
              "The provider's credential cannot be opened right now. Try again shortly.",
              Duration.ofSeconds(1)));
  private static final Opening UNUSABLE =
      new Opening.Refused(
          Rejection.of(
              ErrorCode.PROVIDER_AUTH_FAILED,
              "The gateway has no usable credential for this provider."));

  private final Envelope envelope;
  private final InstantSource clock;
  private final AsyncCache<WrappedDataKey, DataKey> dataKeys;
  private final Cache<ServiceSnapshot, Opening.Opened> opened;

  public CredentialOpener(Envelope envelope, InstantSource clock, Duration openedFor) {
    this.envelope = envelope;
    this.clock = clock;
    this.dataKeys =
        Caffeine.newBuilder().maximumSize(DATA_KEYS).expireAfterWrite(openedFor).buildAsync();
    // Weak keys are compared by identity, which is what is meant; see above.
    this.opened =
        Caffeine.newBuilder().weakKeys().maximumSize(SERVICES).expireAfterWrite(openedFor).build();
  }

  @Override
  public Mono<Opening> open(ProjectSnapshot project, ServiceSnapshot service) {
    Opening.Opened known = opened.getIfPresent(service);
    if (known != null) {
      return Mono.just(known);
    }
    return openAll(project, service)
        .<Opening>map(presentable -> {
          opened.put(service, presentable);
          return presentable;
        })
        .onErrorResume(failure -> Mono.just(refused(service, failure)));
  }

  private static Opening refused(ServiceSnapshot service, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    log.warn(
        "The credential of service {} cannot be used: {}", service.serviceId(), cause.toString());
    return cause instanceof EnvelopeException.KeyEncryptionKeyUnavailable ? UNAVAILABLE : UNUSABLE;
  }

  private Mono<Opening.Opened> openAll(ProjectSnapshot project, ServiceSnapshot service) {
    return named(project, service)
        .concatMap(credential -> openVersion(credential, credential.versions().getFirst(), service))
        .collectList()
        .flatMap(others -> openOwn(project, service, new Presenter(service, others)));
  }

  private static Flux<CredentialSnapshot> named(ProjectSnapshot project, ServiceSnapshot service) {
    return Flux.fromIterable(Presenter.namesIn(service.headers().values()))
        .map(name -> {
          CredentialSnapshot credential = project.credentialNamed(name);
          if (credential == null) {
            throw new SecretTemplate.UnresolvedSecretException(name);
          }
          return credential;
        });
  }

  private Mono<Opening.Opened> openOwn(
      ProjectSnapshot project, ServiceSnapshot service, Presenter presenter) {
    if (service.credentialId() == null) {
      return Mono.fromCallable(() -> new Opening.Opened(List.of(presenter.without())));
    }
    CredentialSnapshot own = project.credentials().get(service.credentialId());
    if (own == null || isPast(own.expiresAt())) {
      return Mono.error(new IllegalStateException("it is missing or has expired"));
    }
    return Flux.fromIterable(own.versions())
        .filter(version -> !isPast(version.validUntil()))
        .concatMap(version -> openVersion(own, version, service))
        .map(presenter::with)
        .collectList()
        .map(Opening.Opened::new);
  }

  private Mono<OpenedCredential> openVersion(
      CredentialSnapshot credential, CredentialSnapshot.Version version, ServiceSnapshot service) {
    if (!AllowedHosts.permit(version.allowedHosts(), service.baseUrl())) {
      return Mono.error(new IllegalStateException("the service's host is not one it may go to"));
    }
    WrappedDataKey wrapped = version.sealed().dataKey();
    DataKeyOwner owner = new DataKeyOwner(credential.organizationId(), credential.projectId());
    SecretBinding binding =
        new SecretBinding(
            credential.organizationId(),
            credential.projectId(),
            credential.credentialId(),
            version.version(),
            version.allowedHosts());
    return Mono.fromFuture(
            () ->
                dataKeys.get(
                    wrapped, (key, executor) -> envelope.open(key, owner).toCompletableFuture()),
            true)
        .map(key -> key.open(version.sealed().value(), binding))
        .map(plain -> OpenedCredential.of(credential, version, plain));
  }

  private boolean isPast(@Nullable Instant moment) {
    return moment != null && !clock.instant().isBefore(moment);
  }
}
