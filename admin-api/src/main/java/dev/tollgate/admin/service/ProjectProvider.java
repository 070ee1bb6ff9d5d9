package dev.tollgate.admin.service;

import dev.tollgate.admin.credential.Credential;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A project's own service together with its credential.
 *
 * @param id the service's
 * @param apiKey masked
 */
record ProjectProvider(
    String id,
    @Nullable String projectId,
    String name,
    String provider,
    List<String> protocols,
    String baseUrl,
    @Nullable String apiKey,
    String serviceId,
    @Nullable String credentialId,
    Service.Status status,
    int version,
    Instant createdAt,
    Instant updatedAt) {

  static ProjectProvider of(Service service, @Nullable Credential credential) {
    return new ProjectProvider(
        service.id(),
        service.projectId(),
        service.name(),
        service.provider(),
        service.protocols(),
        service.baseUrl(),
        credential == null ? null : credential.fields().get("api_key"),
        service.id(),
        service.credentialId(),
        service.status(),
        service.version(),
        service.createdAt(),
        later(service, credential));
  }

  private static Instant later(Service service, @Nullable Credential credential) {
    return credential != null && credential.updatedAt().isAfter(service.updatedAt())
        ? credential.updatedAt()
        : service.updatedAt();
  }
}
