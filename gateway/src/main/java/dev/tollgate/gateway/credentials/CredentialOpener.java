package dev.tollgate.gateway.credentials;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.tollgate.crypto.envelope.DataKeyOwner;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
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

  private final DataKeys dataKeys;
  private final InstantSource clock;
  private final Cache<ServiceSnapshot, Known> opened;
  private final Policy<ServiceSnapshot, Known> quietly;

  public CredentialOpener(DataKeys dataKeys, InstantSource clock, Duration openedFor) {
    this.dataKeys = dataKeys;
    this.clock = clock;
    // Weak keys are compared by identity, which is what is meant; see above. By the scheduler they
    // go in time also where nothing else is opened.
    this.opened =
        Caffeine.newBuilder()
            .executor(Runnable::run)
            .scheduler(Scheduler.systemScheduler())
            .weakKeys()
            .maximumSize(SERVICES)
            .expireAfterWrite(openedFor)
            .build();
    this.quietly = opened.policy();
  }

  /**
   * What was opened.
   *
   * @param validUntil when the first of its credentials expires
   */
  private record Known(Opening.Opened opening, Instant validUntil) {}

  @Override
  public Mono<Opening> open(ProjectSnapshot project, ServiceSnapshot service) {
    // Not noted: what is used most goes after the same time as all else.
    Known known = quietly.getIfPresentQuietly(service);
    if (known != null && !isPast(known.validUntil())) {
      return Mono.just(known.opening());
    }
    return openAll(project, service)
        .<Opening>map(fresh -> {
          opened.put(service, fresh);
          return fresh.opening();
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

  private Mono<Known> openAll(ProjectSnapshot project, ServiceSnapshot service) {
    return Mono.defer(() -> {
      Map<String, CredentialSnapshot> named = NamedCredentials.of(project, service);
      CredentialSnapshot own = own(project, service);
      return Flux.fromIterable(named.entrySet())
          .concatMap(entry ->
              openCurrent(entry.getValue(), service).map(open -> Map.entry(entry.getKey(), open)))
          .collectMap(Map.Entry::getKey, Map.Entry::getValue)
          .flatMap(others -> present(own, service, new Presenter(service, others)))
          .map(opening -> new Known(opening, firstEnd(own, named.values())));
    });
  }

  private static @Nullable CredentialSnapshot own(
      ProjectSnapshot project, ServiceSnapshot service) {
    String id = service.credentialId();
    if (id == null) {
      if (service.presentation() instanceof ServiceSnapshot.Presentation.None) {
        return null;
      }
      // called without, an open provider would answer whomever it takes the gateway for
      throw new IllegalStateException("it was deleted, and the service is to present one");
    }
    CredentialSnapshot own = project.credentials().get(id);
    if (own == null) {
      throw new IllegalStateException("it is missing");
    }
    return own;
  }

  private Mono<OpenedCredential> openCurrent(
      CredentialSnapshot credential, ServiceSnapshot service) {
    return isPast(credential.expiresAt())
        ? Mono.error(new IllegalStateException("it has expired"))
        : openVersion(credential, credential.versions().getFirst(), service);
  }

  private Mono<Opening.Opened> present(
      @Nullable CredentialSnapshot own, ServiceSnapshot service, Presenter presenter) {
    if (own == null) {
      return Mono.fromCallable(() -> new Opening.Opened(List.of(presenter.without())));
    }
    return openCurrent(own, service)
        .concatWith(Flux.defer(() -> openFallbacks(own, service)))
        .map(presenter::with)
        .collectList()
        .map(Opening.Opened::new);
  }

  /** One that does not open, or may not be sent to this host, only is no fallback. */
  private Flux<OpenedCredential> openFallbacks(CredentialSnapshot own, ServiceSnapshot service) {
    return Flux.fromIterable(own.versions())
        .skip(1)
        .filter(version -> !isPast(version.validUntil()))
        .concatMap(
            version -> openVersion(own, version, service).onErrorResume(failure -> Mono.empty()));
  }

  private static Instant firstEnd(
      @Nullable CredentialSnapshot own, Collection<CredentialSnapshot> named) {
    Instant first = Instant.MAX;
    for (CredentialSnapshot credential : named) {
      first = earlier(first, credential.expiresAt());
    }
    if (own != null) {
      first = earlier(first, own.expiresAt());
      for (CredentialSnapshot.Version version : own.versions()) {
        first = earlier(first, version.validUntil());
      }
    }
    return first;
  }

  private static Instant earlier(Instant first, @Nullable Instant other) {
    return other != null && other.isBefore(first) ? other : first;
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
    return dataKeys
        .open(wrapped, owner)
        .map(key -> key.open(version.sealed().value(), binding))
        .map(plain -> OpenedCredential.of(credential, version, plain));
  }

  private boolean isPast(@Nullable Instant moment) {
    return moment != null && !clock.instant().isBefore(moment);
  }
}
