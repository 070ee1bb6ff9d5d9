package dev.tollgate.admin.project;

import java.time.Instant;

/** A project as shown. */
public record Project(
    String id,
    String organizationId,
    String name,
    int version,
    Instant createdAt,
    Instant updatedAt) {}
