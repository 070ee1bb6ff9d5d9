package dev.tollgate.admin.adminkey;

import dev.tollgate.admin.access.Role;
import dev.tollgate.admin.adminkey.AdminKeyHolders.Holder;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.crypto.token.KeyDigest;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows of {@code tollgate.admin_key} that are not revoked. */
@Component
class AdminKeyRepository {

  private static final String INSERT =
      """
      INSERT INTO tollgate.admin_key (id, organization_id, name, role, member_id, pepper_version,
        digest, last4, expires_at, created_by)
      VALUES (:id, :organization, :name, :role, :member, :pepper, :digest, :last4, :expires, :by)\
      """;
  private static final String SELECT =
      """
      SELECT k.*, u.last_used_at, coalesce(m.role, k.role) AS held_role,
             coalesce(m.project_ids, k.project_ids) AS held_projects
        FROM tollgate.admin_key k
        LEFT JOIN tollgate.member m ON m.id = k.member_id
        LEFT JOIN tollgate.last_use u ON u.subject_id = k.id
      WHERE k.revoked_at IS NULL AND (:organization::text IS NULL OR k.organization_id = :organization)
      """;

  private final DatabaseClient database;

  AdminKeyRepository(DatabaseClient database) {
    this.database = database;
  }

  /** What is stored of a new key. */
  record Row(NewAdminKey body, Holder holder, KeyDigest digest, String last4) {}

  Mono<Void> insert(String id, Row row, String createdBy) {
    GenericExecuteSpec statement =
        database
            .sql(INSERT)
            .bind("id", id)
            .bind("name", row.body().name())
            .bind("pepper", row.digest().pepperVersion())
            .bind("digest", row.digest().value())
            .bind("last4", row.last4())
            .bind("by", createdBy);
    Role role = row.holder().role();
    statement = Rows.bind(statement, "role", role == null ? null : role.text(), String.class);
    statement = Rows.bind(statement, "member", row.holder().memberId(), String.class);
    statement = Rows.bind(statement, "organization", row.holder().organizationId(), String.class);
    return Rows.bind(statement, "expires", row.body().expiresAt(), Instant.class).then();
  }

  /**
   * One key.
   *
   * @param organizationId the only one looked in; null: all
   */
  Mono<AdminKey> find(@Nullable String organizationId, String id) {
    GenericExecuteSpec statement = database.sql(SELECT + " AND k.id = :id").bind("id", id);
    return Rows.bind(statement, "organization", organizationId, String.class)
        .map(AdminKeyRepository::adminKey)
        .one();
  }

  Flux<AdminKey> list(@Nullable String organizationId, PageRequest page) {
    GenericExecuteSpec statement =
        database
            .sql(
                SELECT
                    + " AND (:before::text IS NULL OR k.id < :before) ORDER BY k.id DESC LIMIT :rows")
            .bind("rows", page.rowsToRead());
    statement = Rows.bind(statement, "before", page.before(), String.class);
    return Rows.bind(statement, "organization", organizationId, String.class)
        .map(AdminKeyRepository::adminKey)
        .all();
  }

  Mono<Void> revoke(String id) {
    return database
        .sql(
            """
            UPDATE tollgate.admin_key
            SET revoked_at = now(), updated_at = now(), version = version + 1 WHERE id = :id\
            """)
        .bind("id", id)
        .then();
  }

  private static AdminKey adminKey(Readable row) {
    return new AdminKey(
        Rows.text(row, "id"),
        row.get("organization_id", String.class),
        row.get("member_id", String.class),
        Rows.text(row, "name"),
        Role.ofText(Rows.text(row, "held_role")),
        Rows.texts(row, "held_projects"),
        Rows.text(row, "last4"),
        row.get("expires_at", Instant.class),
        row.get("last_used_at", Instant.class),
        Rows.number(row, "version"),
        Rows.text(row, "created_by"),
        Rows.instant(row, "created_at"));
  }
}
