package dev.tollgate.admin.organization;

import java.time.Instant;

/** An organization as shown. */
public record Organization(
    String id, String name, int version, Instant createdAt, Instant updatedAt) {}
