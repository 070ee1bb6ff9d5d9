package dev.tollgate.admin.adminkey;

import dev.tollgate.admin.access.Role;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An admin key as shown.
 *
 * @param organizationId null: every organization
 * @param userId the member that it belongs to; null where it is of every organization
 * @param role the member's
 * @param projectIds the projects that a developer belongs to
 */
public record AdminKey(
    String id,
    @Nullable String organizationId,
    @Nullable String userId,
    String name,
    Role role,
    List<String> projectIds,
    String last4,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt,
    int version,
    String createdBy,
    Instant createdAt) {}
