package dev.tollgate.admin.organization;

import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows of {@code tollgate.organization} that are not deleted. */
@Component
class OrganizationRepository {

  private static final String COLUMNS = "id, name, unknown_price, version, created_at, updated_at";
  private static final String FIND =
      "SELECT " + COLUMNS + " FROM tollgate.organization WHERE id = :id AND deleted_at IS NULL";
  private static final String LIST =
      "SELECT "
          + COLUMNS
          + """
           FROM tollgate.organization
          WHERE deleted_at IS NULL AND (:only::text IS NULL OR id = :only)
            AND (:before::text IS NULL OR id < :before)
          ORDER BY id DESC LIMIT :rows\
          """;

  /** What belonged to the organization itself, dependants first. Its projects are gone already. */
  private static final String[] ENDINGS = {
    "DELETE FROM tollgate.service WHERE organization_id = :id",
    "DELETE FROM tollgate.credential WHERE organization_id = :id",
    "DELETE FROM tollgate.data_key WHERE organization_id = :id",
    """
    DELETE FROM tollgate.virtual_key_name n USING tollgate.virtual_key k
    WHERE n.key_id = k.id AND k.organization_id = :id\
    """,
    """
    UPDATE tollgate.virtual_key SET revoked_at = now(), revoked_reason = 'organization deleted',
      version = version + 1, updated_at = now()
    WHERE organization_id = :id AND revoked_at IS NULL\
    """,
    """
    UPDATE tollgate.admin_key SET revoked_at = now(), version = version + 1, updated_at = now()
    WHERE organization_id = :id AND revoked_at IS NULL\
    """,
    """
    UPDATE tollgate.team SET deleted_at = now(), version = version + 1, updated_at = now()
    WHERE organization_id = :id AND deleted_at IS NULL\
    """,
    """
    UPDATE tollgate.member SET deleted_at = now(), version = version + 1, updated_at = now()
    WHERE organization_id = :id AND deleted_at IS NULL\
    """,
    """
    UPDATE tollgate.organization SET deleted_at = now(), updated_at = now(), version = version + 1
    WHERE id = :id\
    """,
  };

  private final DatabaseClient database;

  OrganizationRepository(DatabaseClient database) {
    this.database = database;
  }

  Mono<Organization> insert(String id, OrganizationBody body) {
    return database
        .sql(
            """
            INSERT INTO tollgate.organization (id, name, unknown_price)
            VALUES (:id, :name, :unknownPrice) RETURNING *\
            """)
        .bind("id", id)
        .bind("name", body.name())
        .bind("unknownPrice", body.unknownPriceOrDefault().text())
        .map(OrganizationRepository::organization)
        .one();
  }

  Mono<Organization> find(String id) {
    return database.sql(FIND).bind("id", id).map(OrganizationRepository::organization).one();
  }

  /** Also locks the row until the end of the transaction. */
  Mono<Organization> findForUpdate(String id) {
    return database
        .sql(FIND + " FOR UPDATE")
        .bind("id", id)
        .map(OrganizationRepository::organization)
        .one();
  }

  /**
   * A page.
   *
   * @param only the one that the caller may see; null: all
   */
  Flux<Organization> list(@Nullable String only, PageRequest page) {
    GenericExecuteSpec statement = database.sql(LIST).bind("rows", page.rowsToRead());
    statement = Rows.bind(statement, "only", only, String.class);
    return Rows.bind(statement, "before", page.before(), String.class)
        .map(OrganizationRepository::organization)
        .all();
  }

  Mono<Organization> update(String id, OrganizationBody body) {
    return database
        .sql(
            """
            UPDATE tollgate.organization SET name = :name, unknown_price = :unknownPrice, version = version + 1,
              updated_at = now()
            WHERE id = :id RETURNING *\
            """)
        .bind("id", id)
        .bind("name", body.name())
        .bind("unknownPrice", body.unknownPriceOrDefault().text())
        .map(OrganizationRepository::organization)
        .one();
  }

  Mono<Boolean> hasProjects(String id) {
    return database
        .sql(
            """
            SELECT EXISTS (SELECT FROM tollgate.project
              WHERE organization_id = :id AND deleted_at IS NULL) AS found\
            """)
        .bind("id", id)
        .map(row -> Rows.required(row, "found", Boolean.class))
        .one();
  }

  /** Ends everything of it; what was sealed is unreadable from then on. */
  Mono<Void> delete(String id) {
    return Flux.fromArray(ENDINGS)
        .concatMap(ending -> database.sql(ending).bind("id", id).then())
        .then();
  }

  private static Organization organization(Readable row) {
    return new Organization(
        Rows.text(row, "id"),
        Rows.text(row, "name"),
        UnknownPrice.ofText(Rows.text(row, "unknown_price")),
        Rows.number(row, "version"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
