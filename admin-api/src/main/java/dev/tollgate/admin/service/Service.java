package dev.tollgate.admin.service;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tollgate.admin.provider.ServiceAuth;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A service as shown.
 *
 * @param baseUrl where it really goes
 * @param auth as it holds, be it the catalogue's
 * @param status whether the gateway can call it
 */
public record Service(
    String id,
    String organizationId,
    @Nullable String projectId,
    String name,
    String provider,
    List<String> protocols,
    String baseUrl,
    @Nullable String credentialId,
    ServiceAuth auth,
    Map<String, String> headers,
    @Nullable List<ServedModel> models,
    int weight,
    int priority,
    List<String> projects,
    @Nullable Timeouts timeouts,
    @Nullable String environment,
    Status status,
    int version,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {

  /** What stands against calling a service. */
  public enum Status {
    @JsonProperty("active")
    ACTIVE,
    /** Its credential was deleted; the gateway refuses to call it without. */
    @JsonProperty("credential_missing")
    CREDENTIAL_MISSING;

    static Status of(@Nullable String credentialId, ServiceAuth auth) {
      return credentialId == null && auth.type() != ServiceAuth.Type.NONE
          ? CREDENTIAL_MISSING
          : ACTIVE;
    }
  }
}
