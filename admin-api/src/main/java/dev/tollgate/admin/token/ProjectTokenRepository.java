package dev.tollgate.admin.token;

import dev.tollgate.admin.document.Usd;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.crypto.token.ProjectTokenClaims;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Objects;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The rows of project tokens: what was issued, never the signed token. */
@Repository
class ProjectTokenRepository {
  private static final String TOKENS =
      """
      SELECT t.*,
             coalesce(t.revoked_at,
                      CASE WHEN t.created_at < p.tokens_revoked_before THEN p.tokens_revoked_before END)
               AS ended_at
        FROM tollgate.project_token t JOIN tollgate.project p ON p.id = t.project_id
       WHERE t.project_id = :project
      """;

  private final DatabaseClient database;
  private final Jsonb jsonb;

  ProjectTokenRepository(DatabaseClient database, Jsonb jsonb) {
    this.database = database;
    this.jsonb = jsonb;
  }

  Mono<Void> insert(ProjectTokenClaims claims, JsonNode metadata, String createdBy) {
    GenericExecuteSpec statement =
        database
            .sql(
                """
                INSERT INTO tollgate.project_token
                  (jti, organization_id, project_id, environment, scope, max_cost_micro_usd, metadata, expires_at,
                   created_by, created_at)
                VALUES (:jti, :organization, :project, :environment, :scope, :max_cost, :metadata, :expires_at,
                        :created_by, :created_at)
                """)
            .bind("jti", claims.jti())
            .bind("organization", claims.organizationId())
            .bind("project", claims.projectId())
            .bind("scope", Rows.array(claims.scope()))
            .bind("metadata", jsonb.of(metadata))
            .bind("expires_at", claims.expiresAt())
            .bind("created_by", createdBy)
            .bind("created_at", claims.issuedAt());
    statement = Rows.bind(statement, "max_cost", claims.maxCostMicroUsd(), Long.class);
    return Rows.bind(statement, "environment", claims.environment(), String.class).then();
  }

  Mono<ProjectToken> find(String project, String jti, Instant now) {
    return database
        .sql(TOKENS + "AND t.jti = :jti")
        .bind("project", project)
        .bind("jti", jti)
        .map(row -> read(row, now))
        .one();
  }

  /** Newest first. */
  Flux<ProjectToken> list(String project, PageRequest page, Instant now) {
    GenericExecuteSpec statement =
        database
            .sql(
                TOKENS
                    + "AND (:before::text IS NULL OR t.jti < :before) ORDER BY t.jti DESC LIMIT :rows")
            .bind("project", project)
            .bind("rows", page.rowsToRead());
    return Rows.bind(statement, "before", page.before(), String.class)
        .map(row -> read(row, now))
        .all();
  }

  /**
   * Whether the policy of the project or of its organization asks for approvals; neither changes
   * until the transaction ends.
   */
  Mono<Boolean> approvalIsAsked(String project) {
    return database
        .sql(
            """
            SELECT coalesce(p.policy @> asked.it, false) OR coalesce(o.policy @> asked.it, false) AS asked
              FROM tollgate.project p JOIN tollgate.organization o ON o.id = p.organization_id,
                   (SELECT '{"permissions":{"require_approval":true}}'::jsonb AS it) asked
             WHERE p.id = :project FOR SHARE OF p, o
            """)
        .bind("project", project)
        .map(row -> Rows.required(row, "asked", Boolean.class))
        .one();
  }

  /** Revokes one that was not revoked; emits how many that were. */
  Mono<Long> revoke(String jti, Instant now) {
    return database
        .sql(
            """
            UPDATE tollgate.project_token SET revoked_at = :now, version = version + 1
             WHERE jti = :jti AND revoked_at IS NULL
            """)
        .bind("jti", jti)
        .bind("now", now)
        .fetch()
        .rowsUpdated();
  }

  /** Refuses all of a project's tokens issued before the instant; never goes back. */
  Mono<Void> revokeAllBefore(String project, Instant instant) {
    return database
        .sql(
            """
            UPDATE tollgate.project
               SET tokens_revoked_before = greatest(tokens_revoked_before, :instant),
                   version = version + 1, updated_at = now()
             WHERE id = :project
            """)
        .bind("project", project)
        .bind("instant", instant)
        .then();
  }

  /** Until when the project's tokens are revoked; the beginning of time if none ever were. */
  Mono<Instant> revokedBefore(String project) {
    return database
        .sql(
            """
            SELECT coalesce(tokens_revoked_before, 'epoch') AS revoked_before FROM tollgate.project WHERE id = :project
            """)
        .bind("project", project)
        .map(row -> Rows.instant(row, "revoked_before"))
        .one();
  }

  private ProjectToken read(Readable row, Instant now) {
    Instant expiresAt = Rows.instant(row, "expires_at");
    Instant endedAt = row.get("ended_at", Instant.class);
    Long maxCost = row.get("max_cost_micro_usd", Long.class);
    ProjectToken.Status status =
        endedAt != null
            ? ProjectToken.Status.REVOKED
            : expiresAt.isAfter(now) ? ProjectToken.Status.ACTIVE : ProjectToken.Status.EXPIRED;
    return new ProjectToken(
        null,
        Rows.text(row, "jti"),
        Rows.text(row, "organization_id"),
        Rows.text(row, "project_id"),
        row.get("environment", String.class),
        Rows.texts(row, "scope"),
        maxCost == null ? null : Usd.ofMicros(maxCost),
        Objects.requireNonNull(jsonb.read(row, "metadata")),
        status.text(),
        Rows.number(row, "version"),
        Rows.text(row, "created_by"),
        Rows.instant(row, "created_at"),
        expiresAt,
        endedAt);
  }
}
