package dev.tollgate.admin.virtualkey.inheritance;

import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.virtualkey.inheritance.Source.Kind;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** The rows of templates and environments, which differ in little. */
@Component
class SourceRepository {
  private static final String TEMPLATES =
      """
      SELECT s.id, s.organization_id, s.name, false AS built_in, s.description, s.policy AS document, s.version,
             s.created_by, s.created_at, s.updated_at
        FROM tollgate.template s JOIN tollgate.organization o ON o.id = s.organization_id
       WHERE o.deleted_at IS NULL
      """;
  private static final String ENVIRONMENTS =
      """
      SELECT s.id, s.organization_id, s.name, s.built_in, NULL::text AS description, s.defaults AS document,
             s.version, s.created_by, s.created_at, s.updated_at
        FROM tollgate.environment s JOIN tollgate.organization o ON o.id = s.organization_id
       WHERE o.deleted_at IS NULL
      """;

  private final DatabaseClient database;
  private final Jsonb jsonb;

  SourceRepository(DatabaseClient database, Jsonb jsonb) {
    this.database = database;
    this.jsonb = jsonb;
  }

  Mono<Source> find(Kind kind, String id) {
    return one(kind, database.sql(select(kind) + " AND s.id = :id").bind("id", id));
  }

  /** Also locks the row until the end of the transaction, against new users of it too. */
  Mono<Source> findForUpdate(Kind kind, String id) {
    return one(kind, database.sql(select(kind) + " AND s.id = :id FOR UPDATE OF s").bind("id", id));
  }

  /** The organization's environment of this name. */
  Mono<Source> environment(String organizationId, String name) {
    return named(Kind.ENVIRONMENT, " AND s.name = :name", organizationId, name);
  }

  /** As {@link #environment}; the row stays as it is until the end of the transaction. */
  Mono<Source> environmentForShare(String organizationId, String name) {
    return named(Kind.ENVIRONMENT, " AND s.name = :name FOR SHARE OF s", organizationId, name);
  }

  /**
   * The organization's template of this name or id. The row stays as it is until the end of the
   * transaction.
   */
  Mono<Source> templateForShare(String organizationId, String nameOrId) {
    return named(
        Kind.TEMPLATE,
        " AND (s.name = :name OR s.id = :name) FOR SHARE OF s",
        organizationId,
        nameOrId);
  }

  private Mono<Source> named(Kind kind, String condition, String organizationId, String name) {
    return one(
        kind,
        database
            .sql(select(kind) + " AND s.organization_id = :organization" + condition)
            .bind("organization", organizationId)
            .bind("name", name));
  }

  /** Newest first. */
  Flux<Source> list(Kind kind, @Nullable String organizationId, PageRequest page) {
    GenericExecuteSpec statement =
        database
            .sql(
                select(kind)
                    + """
                     AND (:organization::text IS NULL OR s.organization_id = :organization)
                     AND (:before::text IS NULL OR s.id < :before)
                    ORDER BY s.id DESC LIMIT :rows
                    """)
            .bind("rows", page.rowsToRead());
    statement = Rows.bind(statement, "organization", organizationId, String.class);
    return Rows.bind(statement, "before", page.before(), String.class)
        .map(row -> source(kind, row))
        .all();
  }

  /** A name that is taken fails with a {@link org.springframework.dao.DuplicateKeyException}. */
  Mono<Void> insert(Kind kind, String id, String organizationId, SourceBody body, String by) {
    GenericExecuteSpec statement =
        database
            .sql(
                switch (kind) {
                  case TEMPLATE ->
                      """
                      INSERT INTO tollgate.template (id, organization_id, name, policy, created_by, description)
                      VALUES (:id, :organization, :name, :document, :by, :description)
                      """;
                  case ENVIRONMENT ->
                      """
                      INSERT INTO tollgate.environment (id, organization_id, name, defaults, created_by)
                      VALUES (:id, :organization, :name, :document, :by)
                      """;
                })
            .bind("id", id)
            .bind("organization", organizationId)
            .bind("name", body.name())
            .bind("document", jsonb.of(body.document()))
            .bind("by", by);
    return described(kind, statement, body).then();
  }

  /** A name that is taken fails with a {@link org.springframework.dao.DuplicateKeyException}. */
  Mono<Void> update(Kind kind, String id, SourceBody body) {
    GenericExecuteSpec statement =
        database
            .sql(
                switch (kind) {
                  case TEMPLATE ->
                      """
                      UPDATE tollgate.template SET name = :name, policy = :document, description = :description,
                             version = version + 1, updated_at = now() WHERE id = :id
                      """;
                  case ENVIRONMENT ->
                      """
                      UPDATE tollgate.environment SET name = :name, defaults = :document,
                             version = version + 1, updated_at = now() WHERE id = :id
                      """;
                })
            .bind("id", id)
            .bind("name", body.name())
            .bind("document", jsonb.of(body.document()));
    return described(kind, statement, body).then();
  }

  private static GenericExecuteSpec described(
      Kind kind, GenericExecuteSpec statement, SourceBody body) {
    return kind == Kind.TEMPLATE
        ? Rows.bind(statement, "description", body.description(), String.class)
        : statement;
  }

  Mono<Void> delete(Source source) {
    return database
        .sql("DELETE FROM tollgate." + source.kind().text() + " WHERE id = :id")
        .bind("id", source.id())
        .then();
  }

  /** What of what is alive stands on it, some of them where there are many. */
  Mono<List<Dependant>> dependants(Source source) {
    return switch (source.kind()) {
      case TEMPLATE -> dependants(Dependants.OF_TEMPLATE, source.id(), null);
      case ENVIRONMENT ->
          dependants(Dependants.OF_ENVIRONMENT, source.organizationId(), source.name());
    };
  }

  private Mono<List<Dependant>> dependants(String sql, String id, @Nullable String name) {
    GenericExecuteSpec statement = database.sql(sql).bind("id", id);
    return (name == null ? statement : statement.bind("name", name))
        .map(row ->
            new Dependant(
                Rows.text(row, "type"), Rows.text(row, "id"), row.get("name", String.class)))
        .all()
        .collectList();
  }

  /** Revoked keys forget their template: their effective policy plays no part any more. */
  Mono<Void> releaseFromRevoked(Source template) {
    return database
        .sql(
            """
            UPDATE tollgate.virtual_key SET policy = policy #- '{permissions,inherit_from}'
             WHERE template_id = :id AND revoked_at IS NOT NULL
            """)
        .bind("id", template.id())
        .then();
  }

  private static String select(Kind kind) {
    return switch (kind) {
      case TEMPLATE -> TEMPLATES;
      case ENVIRONMENT -> ENVIRONMENTS;
    };
  }

  private Mono<Source> one(Kind kind, GenericExecuteSpec statement) {
    return statement.map(row -> source(kind, row)).one();
  }

  private Source source(Kind kind, Readable row) {
    return new Source(
        kind,
        Rows.text(row, "id"),
        Rows.text(row, "organization_id"),
        Rows.text(row, "name"),
        Rows.required(row, "built_in", Boolean.class),
        row.get("description", String.class),
        Objects.requireNonNull(jsonb.read(row, "document", ObjectNode.class)),
        Rows.number(row, "version"),
        Rows.text(row, "created_by"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
