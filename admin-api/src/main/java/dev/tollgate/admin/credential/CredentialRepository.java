package dev.tollgate.admin.credential;

import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.project.Scope;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows of {@code tollgate.credential}, each with its current value. */
@Component
class CredentialRepository {

  private static final String SELECT =
      """
      SELECT c.id, c.organization_id, c.project_id, c.name, c.provider, c.auth_method, c.environment,
        c.expires_at, c.version, c.created_by, c.created_at, c.updated_at, u.last_used_at,
        v.version AS value_version, v.sealed, v.data_key_id, v.allowed_hosts, v.fields, v.masks,
        v.current, v.valid_until, v.created_by AS value_created_by, v.created_at AS value_created_at
      FROM tollgate.credential c
        JOIN tollgate.credential_version v ON v.credential_id = c.id AND v.current
        LEFT JOIN tollgate.last_use u ON u.subject_id = c.id
      """;
  private static final String INSERT =
      """
      INSERT INTO tollgate.credential (id, organization_id, project_id, name, provider, auth_method,
        environment, expires_at, created_by)
      VALUES (:id, :organization, :project, :name, :provider, :method, :environment, :expires, :by)\
      """;
  private static final String LIST =
      SELECT
          + """
          WHERE (:organization::text IS NULL OR c.organization_id = :organization)
            AND (:project::text IS NULL OR c.project_id = :project)
            AND (:before::text IS NULL OR c.id < :before)
          ORDER BY c.id DESC LIMIT :rows\
          """;
  private static final String UPDATE =
      """
      UPDATE tollgate.credential SET name = :name, environment = :environment, expires_at = :expires,
        version = version + 1, updated_at = now() WHERE id = :id\
      """;

  /**
   * A service that loses its credential stays, and is not called without one: what it was to
   * present is written down, so that a later change does not make it one that presents nothing.
   */
  private static final String[] DELETIONS = {
    """
    UPDATE tollgate.service s SET credential_id = NULL, auth = coalesce(s.auth, k.auth),
      version = s.version + 1, updated_at = now()
    FROM tollgate.provider_kind k WHERE k.name = s.provider AND s.credential_id = :id\
    """,
    "DELETE FROM tollgate.service_secret WHERE credential_id = :id",
    "DELETE FROM tollgate.credential WHERE id = :id",
  };

  private final DatabaseClient database;
  private final ValueRows values;
  private final Ids ids;

  CredentialRepository(DatabaseClient database, ValueRows values, Ids ids) {
    this.database = database;
    this.values = values;
    this.ids = ids;
  }

  /** For a credential to be inserted. */
  String newId() {
    return ids.next("crd");
  }

  Mono<Void> insert(
      String id, Scope owner, NewCredential body, String authMethod, String createdBy) {
    GenericExecuteSpec statement =
        database
            .sql(INSERT)
            .bind("id", id)
            .bind("organization", owner.organizationId())
            .bind("name", body.name())
            .bind("provider", body.provider())
            .bind("method", authMethod)
            .bind("by", createdBy);
    statement = Rows.bind(statement, "project", owner.projectId(), String.class);
    statement = Rows.bind(statement, "environment", body.environment(), String.class);
    return Rows.bind(statement, "expires", body.expiresAt(), Instant.class).then();
  }

  Mono<StoredCredential> find(String id) {
    return database.sql(SELECT + "WHERE c.id = :id").bind("id", id).map(this::credential).one();
  }

  /** Also locks the credential until the end of the transaction. */
  Mono<StoredCredential> findForUpdate(String id) {
    return database
        .sql(SELECT + "WHERE c.id = :id FOR UPDATE OF c")
        .bind("id", id)
        .map(this::credential)
        .one();
  }

  /** The project's own credential of this name, else the organization's. */
  Mono<StoredCredential> findByName(Scope scope, String name) {
    GenericExecuteSpec statement =
        database
            .sql(
                SELECT
                    + """
                    WHERE c.organization_id = :organization AND c.name = :name
                      AND (c.project_id IS NULL OR c.project_id = :project::text)
                    ORDER BY c.project_id NULLS LAST LIMIT 1\
                    """)
            .bind("organization", scope.organizationId())
            .bind("name", name);
    return Rows.bind(statement, "project", scope.projectId(), String.class)
        .map(this::credential)
        .one();
  }

  Flux<StoredCredential> list(
      @Nullable String organizationId, @Nullable String projectId, PageRequest page) {
    GenericExecuteSpec statement = database.sql(LIST).bind("rows", page.rowsToRead());
    statement = Rows.bind(statement, "organization", organizationId, String.class);
    statement = Rows.bind(statement, "project", projectId, String.class);
    return Rows.bind(statement, "before", page.before(), String.class).map(this::credential).all();
  }

  Mono<Void> update(String id, CredentialChange change) {
    GenericExecuteSpec statement = database.sql(UPDATE).bind("id", id).bind("name", change.name());
    statement = Rows.bind(statement, "environment", change.environment(), String.class);
    return Rows.bind(statement, "expires", change.expiresAt(), Instant.class).then();
  }

  /** Marks a change of the value. */
  Mono<Void> touch(String id) {
    return database
        .sql(
            """
            UPDATE tollgate.credential SET version = version + 1, updated_at = now()
            WHERE id = :id\
            """)
        .bind("id", id)
        .then();
  }

  Mono<Void> delete(String id) {
    return Flux.fromIterable(List.of(DELETIONS))
        .concatMap(deletion -> database.sql(deletion).bind("id", id).then())
        .then();
  }

  /** Services without a base URL of their own go where the credential's fields say. */
  Mono<Void> moveServices(String id, String baseUrl) {
    return database
        .sql(
            """
            UPDATE tollgate.service SET resolved_base_url = :url, version = version + 1, updated_at = now()
            WHERE credential_id = :id AND base_url IS NULL AND resolved_base_url <> :url\
            """)
        .bind("id", id)
        .bind("url", baseUrl)
        .then();
  }

  private StoredCredential credential(Readable row) {
    return new StoredCredential(
        Rows.text(row, "id"),
        new Scope(Rows.text(row, "organization_id"), row.get("project_id", String.class)),
        Rows.text(row, "name"),
        Rows.text(row, "provider"),
        Rows.text(row, "auth_method"),
        row.get("environment", String.class),
        row.get("expires_at", Instant.class),
        values.read(row),
        row.get("last_used_at", Instant.class),
        Rows.number(row, "version"),
        Rows.text(row, "created_by"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
