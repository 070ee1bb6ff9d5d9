package dev.tollgate.admin.service;

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
    int version,
    String createdBy,
    Instant createdAt,
    Instant updatedAt) {}
