package dev.tollgate.admin.credential;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A credential as shown.
 *
 * @param fields secret ones masked
 * @param valueVersion the version of the value in use
 * @param decryptable whether the value in use opens
 */
public record Credential(
    String id,
    String organizationId,
    @Nullable String projectId,
    String name,
    String provider,
    String authMethod,
    Map<String, String> fields,
    @Nullable String environment,
    @Nullable Instant expiresAt,
    List<String> allowedHosts,
    int valueVersion,
    boolean decryptable,
    List<UsedBy> usedBy,
    @Nullable Instant lastUsedAt,
    int version,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * A service that presents the credential, or names it in a header.
   *
   * @param projects the ids of those that see the service
   * @param keys the ids of the keys that may use those projects, at most 100
   */
  public record UsedBy(
      String serviceId, String serviceName, List<String> projects, List<String> keys) {}
}
