package dev.tollgate.admin.project;

import java.time.Instant;

/**
 * A project as shown.
 *
 * @param maxTokenTtl how long a token of it may last
 */
public record Project(
    String id,
    String organizationId,
    String name,
    TokenLifetime maxTokenTtl,
    int version,
    Instant createdAt,
    Instant updatedAt) {}
