package dev.tollgate.admin.project;

import dev.tollgate.admin.organization.UnknownPrice;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A project as shown.
 *
 * @param maxTokenTtl how long a token of it may last
 * @param unknownPrice what a model without a price costs; null: as its organization says
 */
public record Project(
    String id,
    String organizationId,
    String name,
    TokenLifetime maxTokenTtl,
    @Nullable UnknownPrice unknownPrice,
    int version,
    Instant createdAt,
    Instant updatedAt) {}
