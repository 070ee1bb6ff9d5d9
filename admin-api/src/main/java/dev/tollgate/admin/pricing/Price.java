package dev.tollgate.admin.pricing;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A price as shown. Usage rows name its id.
 *
 * @param organizationId whose it is; null: shipped
 * @param provider the kind of provider
 * @param model a model's name, or the beginning of one and {@code *}
 * @param components US dollars: per million tokens or characters, or apiece
 * @param maxOutputTokens the most that the model writes in one answer
 * @param contextTokens the most that it reads and writes together
 * @param source where it stands publicly
 * @param version always 1: a price is not changed
 */
record Price(
    String id,
    @Nullable String organizationId,
    String provider,
    String model,
    Instant effectiveFrom,
    JsonNode components,
    @Nullable Long maxOutputTokens,
    @Nullable Long contextTokens,
    @Nullable String source,
    @Nullable LocalDate sourceDate,
    String createdBy,
    Instant createdAt,
    int version) {}
