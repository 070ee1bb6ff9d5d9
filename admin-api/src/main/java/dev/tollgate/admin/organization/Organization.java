package dev.tollgate.admin.organization;

import java.time.Instant;

/**
 * An organization as shown.
 *
 * @param unknownPrice what a model without a price costs, where its project does not say
 */
public record Organization(
    String id,
    String name,
    UnknownPrice unknownPrice,
    int version,
    Instant createdAt,
    Instant updatedAt) {}
