package dev.tollgate.admin.project;

import dev.tollgate.admin.organization.UnknownPrice;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows of {@code tollgate.project} that are not deleted. */
@Component
class ProjectRepository {

  private static final String COLUMNS =
      "id, organization_id, name, max_token_ttl_seconds, unknown_price, version, created_at, updated_at";
  private static final String FIND =
      "SELECT " + COLUMNS + " FROM tollgate.project WHERE id = :id AND deleted_at IS NULL";
  private static final String INSERT =
      """
      INSERT INTO tollgate.project (id, organization_id, name, max_token_ttl_seconds, unknown_price)
      VALUES (:id, :organization, :name, :tokenTtl, :unknownPrice)
      RETURNING *\
      """;
  private static final String LIST =
      "SELECT "
          + COLUMNS
          + """
           FROM tollgate.project
          WHERE deleted_at IS NULL AND (:organization::text IS NULL OR organization_id = :organization)
            AND (:before::text IS NULL OR id < :before)
          ORDER BY id DESC LIMIT :rows\
          """;
  private static final String UPDATE =
      """
      UPDATE tollgate.project SET name = :name, max_token_ttl_seconds = :tokenTtl,
        unknown_price = :unknownPrice, version = version + 1, updated_at = now()
      WHERE id = :id RETURNING *\
      """;

  /**
   * What ends with a project, dependants first. Without its data key nothing that was sealed for it
   * can be opened again, in a backup of these rows neither. Keys that hold for other projects as
   * well live on there.
   */
  private static final String[] ENDINGS = {
    "DELETE FROM tollgate.service_project WHERE project_id = :id",
    "DELETE FROM tollgate.service WHERE project_id = :id",
    """
    DELETE FROM tollgate.service_secret s USING tollgate.credential c
    WHERE s.credential_id = c.id AND c.project_id = :id\
    """,
    "DELETE FROM tollgate.credential WHERE project_id = :id",
    "DELETE FROM tollgate.data_key WHERE project_id = :id",
    """
    UPDATE tollgate.team SET project_ids = array_remove(project_ids, :id::text),
      version = version + 1, updated_at = now()
    WHERE :id::text = ANY (project_ids)\
    """,
    """
    UPDATE tollgate.member SET project_ids = array_remove(project_ids, :id::text),
      version = version + 1, updated_at = now()
    WHERE :id::text = ANY (project_ids)\
    """,
    """
    UPDATE tollgate.project SET deleted_at = now(), updated_at = now(), version = version + 1
    WHERE id = :id\
    """,
    """
    UPDATE tollgate.virtual_key k SET revoked_at = now(), revoked_reason = 'project deleted',
      version = version + 1, updated_at = now()
    WHERE k.revoked_at IS NULL AND k.project_ids @> ARRAY[:id::text]
      AND NOT EXISTS (SELECT FROM tollgate.project p
        WHERE p.id = ANY (k.project_ids) AND p.deleted_at IS NULL)\
    """,
    """
    DELETE FROM tollgate.virtual_key_name n USING tollgate.virtual_key k
    WHERE n.key_id = k.id AND k.revoked_at IS NOT NULL AND k.project_ids @> ARRAY[:id::text]\
    """,
  };

  private final DatabaseClient database;

  ProjectRepository(DatabaseClient database) {
    this.database = database;
  }

  Mono<Project> insert(String id, String organizationId, ProjectBody body) {
    GenericExecuteSpec statement = database.sql(INSERT).bind("organization", organizationId);
    return bind(statement, id, body).map(ProjectRepository::project).one();
  }

  Mono<Project> find(String id) {
    return database.sql(FIND).bind("id", id).map(ProjectRepository::project).one();
  }

  /** Also locks the row until the end of the transaction. */
  Mono<Project> findForUpdate(String id) {
    return database.sql(FIND + " FOR UPDATE").bind("id", id).map(ProjectRepository::project).one();
  }

  /** Also keeps it from changing until the end of the transaction. */
  Mono<Project> findForShare(String id) {
    return database.sql(FIND + " FOR SHARE").bind("id", id).map(ProjectRepository::project).one();
  }

  /**
   * A page.
   *
   * @param organizationId null: of all
   */
  Flux<Project> list(@Nullable String organizationId, PageRequest page) {
    GenericExecuteSpec statement = database.sql(LIST).bind("rows", page.rowsToRead());
    statement = Rows.bind(statement, "organization", organizationId, String.class);
    return Rows.bind(statement, "before", page.before(), String.class)
        .map(ProjectRepository::project)
        .all();
  }

  /** How many of these there are in the organization; they stay until the transaction ends. */
  Mono<Long> lockOf(String organizationId, Collection<String> ids) {
    return database
        .sql(
            """
            SELECT id FROM tollgate.project
            WHERE organization_id = :organization AND deleted_at IS NULL AND id = ANY (:ids)
            FOR SHARE\
            """)
        .bind("organization", organizationId)
        .bind("ids", Rows.array(ids))
        .map(row -> Rows.text(row, "id"))
        .all()
        .count();
  }

  Mono<Project> update(String id, ProjectBody body) {
    return bind(database.sql(UPDATE), id, body).map(ProjectRepository::project).one();
  }

  private static GenericExecuteSpec bind(
      GenericExecuteSpec statement, String id, ProjectBody body) {
    UnknownPrice unknownPrice = body.unknownPrice();
    GenericExecuteSpec bound =
        statement
            .bind("id", id)
            .bind("name", body.name())
            .bind("tokenTtl", body.tokenLifetime().duration().toSeconds());
    return Rows.bind(
        bound, "unknownPrice", unknownPrice == null ? null : unknownPrice.text(), String.class);
  }

  Mono<Void> delete(String id) {
    return Flux.fromArray(ENDINGS)
        .concatMap(ending -> database.sql(ending).bind("id", id).then())
        .then();
  }

  private static Project project(Readable row) {
    String unknownPrice = row.get("unknown_price", String.class);
    return new Project(
        Rows.text(row, "id"),
        Rows.text(row, "organization_id"),
        Rows.text(row, "name"),
        TokenLifetime.ofSeconds(Rows.required(row, "max_token_ttl_seconds", Long.class)),
        unknownPrice == null ? null : UnknownPrice.ofText(unknownPrice),
        Rows.number(row, "version"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
