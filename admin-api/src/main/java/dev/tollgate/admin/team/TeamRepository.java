package dev.tollgate.admin.team;

import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows of {@code tollgate.team} that are not deleted. */
@Component
class TeamRepository {

  private static final String FIND =
      "SELECT * FROM tollgate.team WHERE id = :id AND deleted_at IS NULL";
  private static final String LIST =
      """
      SELECT * FROM tollgate.team
       WHERE deleted_at IS NULL AND (:organization::text IS NULL OR organization_id = :organization)
         AND (:before::text IS NULL OR id < :before)
       ORDER BY id DESC LIMIT :rows
      """;

  /** No live key names it by now; a revoked one may, and so the row stays. */
  private static final String[] ENDINGS = {
    """
    UPDATE tollgate.member SET team_ids = array_remove(team_ids, :id::text),
      version = version + 1, updated_at = now()
    WHERE :id::text = ANY (team_ids)\
    """,
    """
    UPDATE tollgate.team SET deleted_at = now(), updated_at = now(), version = version + 1
    WHERE id = :id\
    """,
  };

  private final DatabaseClient database;

  TeamRepository(DatabaseClient database) {
    this.database = database;
  }

  Mono<Team> insert(String id, String organizationId, TeamBody body) {
    return database
        .sql(
            """
            INSERT INTO tollgate.team (id, organization_id, name, project_ids)
            VALUES (:id, :organization, :name, :projects) RETURNING *
            """)
        .bind("id", id)
        .bind("organization", organizationId)
        .bind("name", body.name())
        .bind("projects", Rows.array(body.projects()))
        .map(TeamRepository::team)
        .one();
  }

  Mono<Team> find(String id) {
    return database.sql(FIND).bind("id", id).map(TeamRepository::team).one();
  }

  /** Also locks the row until the end of the transaction. */
  Mono<Team> findForUpdate(String id) {
    return database.sql(FIND + " FOR UPDATE").bind("id", id).map(TeamRepository::team).one();
  }

  /** Also keeps it from changing until the end of the transaction. */
  Mono<Team> findForShare(String id) {
    return database.sql(FIND + " FOR SHARE").bind("id", id).map(TeamRepository::team).one();
  }

  /** How many of these there are in the organization; they stay until the transaction ends. */
  Mono<Long> lockOf(String organizationId, Collection<String> ids) {
    return database
        .sql(
            """
            SELECT id FROM tollgate.team
            WHERE organization_id = :organization AND deleted_at IS NULL AND id = ANY (:ids)
            FOR SHARE
            """)
        .bind("organization", organizationId)
        .bind("ids", Rows.array(ids))
        .map(row -> Rows.text(row, "id"))
        .all()
        .count();
  }

  /** Two at most, kept from changing until the end of the transaction. */
  Flux<Team> firstTwo(@Nullable String organizationId) {
    GenericExecuteSpec statement =
        database.sql(
            """
            SELECT * FROM tollgate.team
             WHERE deleted_at IS NULL AND (:organization::text IS NULL OR organization_id = :organization)
             ORDER BY id LIMIT 2 FOR SHARE
            """);
    return Rows.bind(statement, "organization", organizationId, String.class)
        .map(TeamRepository::team)
        .all();
  }

  /**
   * A page.
   *
   * @param organizationId null: of all
   */
  Flux<Team> list(@Nullable String organizationId, PageRequest page) {
    GenericExecuteSpec statement = database.sql(LIST).bind("rows", page.rowsToRead());
    statement = Rows.bind(statement, "organization", organizationId, String.class);
    return Rows.bind(statement, "before", page.before(), String.class)
        .map(TeamRepository::team)
        .all();
  }

  Mono<Team> update(String id, TeamBody body) {
    return database
        .sql(
            """
            UPDATE tollgate.team SET name = :name, project_ids = :projects, version = version + 1,
              updated_at = now()
            WHERE id = :id RETURNING *
            """)
        .bind("id", id)
        .bind("name", body.name())
        .bind("projects", Rows.array(body.projects()))
        .map(TeamRepository::team)
        .one();
  }

  /** The ids of its keys that are not revoked, some of them where there are many. */
  Mono<List<String>> liveKeys(String id) {
    return database
        .sql(
            """
            SELECT id FROM tollgate.virtual_key WHERE team_id = :id AND revoked_at IS NULL
            ORDER BY id LIMIT 100
            """)
        .bind("id", id)
        .map(row -> Rows.text(row, "id"))
        .all()
        .collectList();
  }

  Mono<Void> delete(String id) {
    return Flux.fromArray(ENDINGS)
        .concatMap(ending -> database.sql(ending).bind("id", id).then())
        .then();
  }

  private static Team team(Readable row) {
    return new Team(
        Rows.text(row, "id"),
        Rows.text(row, "organization_id"),
        Rows.text(row, "name"),
        Rows.texts(row, "project_ids"),
        Rows.number(row, "version"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
