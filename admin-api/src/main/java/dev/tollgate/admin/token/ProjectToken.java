package dev.tollgate.admin.token;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A project token as it is shown.
 *
 * @param token the signed token itself, in the one answer that issues it
 * @param scope the features that it is narrowed to; empty: not narrowed
 * @param maxCost all that it may ever cost, US dollars; null: no limit of its own
 */
record ProjectToken(
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String token,
    String jti,
    String organizationId,
    String projectId,
    @Nullable String environment,
    List<String> scope,
    @Nullable BigDecimal maxCost,
    JsonNode metadata,
    String status,
    int version,
    String createdBy,
    Instant createdAt,
    Instant expiresAt,
    @Nullable Instant revokedAt) {

  /** What a token is at a moment. */
  enum Status {
    ACTIVE,
    EXPIRED,
    REVOKED;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  ProjectToken withToken(String signed) {
    return new ProjectToken(
        signed,
        jti,
        organizationId,
        projectId,
        environment,
        scope,
        maxCost,
        metadata,
        status,
        version,
        createdBy,
        createdAt,
        expiresAt,
        revokedAt);
  }
}
