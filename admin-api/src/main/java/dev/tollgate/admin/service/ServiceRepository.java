package dev.tollgate.admin.service;

import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.project.ListFilter;
import dev.tollgate.admin.project.Scope;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.postgresql.codec.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Rows of {@code tollgate.service}, with their links to projects and to secrets. */
@Component
class ServiceRepository {

  private static final String SELECT =
      """
      SELECT s.*, k.protocols, coalesce(s.auth, k.auth) AS resolved_auth,
        ARRAY(SELECT l.project_id FROM tollgate.service_project l WHERE l.service_id = s.id ORDER BY 1) AS projects
      FROM tollgate.service s JOIN tollgate.provider_kind k ON k.name = s.provider
      """;
  private static final String LIST =
      SELECT
          + """
          WHERE (:organization::text IS NULL OR s.organization_id = :organization)
            AND (:project::text IS NULL OR EXISTS (SELECT FROM tollgate.service_project l
              WHERE l.service_id = s.id AND l.project_id = :project))
            AND (:before::text IS NULL OR s.id < :before)
          ORDER BY s.id DESC LIMIT :rows\
          """;
  private static final String INSERT =
      """
      INSERT INTO tollgate.service (id, organization_id, project_id, created_by, name, provider, base_url,
        resolved_base_url, credential_id, auth, headers, models, priority, weight, environment, timeouts)
      VALUES (:id, :organization, :project, :by, :name, :provider, :baseUrl, :resolvedBaseUrl, :credential,
        :auth, :headers, :models, :priority, :weight, :environment, :timeouts)\
      """;
  private static final String UPDATE =
      """
      UPDATE tollgate.service SET name = :name, provider = :provider, base_url = :baseUrl,
        resolved_base_url = :resolvedBaseUrl, credential_id = :credential, auth = :auth, headers = :headers,
        models = :models, priority = :priority, weight = :weight, environment = :environment,
        timeouts = :timeouts, version = version + 1, updated_at = now()
      WHERE id = :id\
      """;
  private static final String LINK =
      """
      INSERT INTO tollgate.service_project (project_id, service_id, name)
      SELECT p.id, :id, :name FROM tollgate.project p
      WHERE p.id = ANY (:projects) AND p.organization_id = :organization AND p.deleted_at IS NULL
      ON CONFLICT (project_id, service_id) DO NOTHING\
      """;

  private final DatabaseClient database;
  private final Jsonb jsonb;
  private final ServiceRows rows;

  ServiceRepository(DatabaseClient database, Jsonb jsonb, ServiceRows rows) {
    this.database = database;
    this.jsonb = jsonb;
    this.rows = rows;
  }

  Mono<Void> insert(String id, Scope owner, CheckedService service, String createdBy) {
    GenericExecuteSpec statement =
        database.sql(INSERT).bind("organization", owner.organizationId()).bind("by", createdBy);
    statement = Rows.bind(statement, "project", owner.projectId(), String.class);
    return bind(statement, id, service).then();
  }

  Mono<Void> update(String id, CheckedService service) {
    return bind(database.sql(UPDATE), id, service).then();
  }

  private GenericExecuteSpec bind(GenericExecuteSpec statement, String id, CheckedService service) {
    ServiceBody body = service.body();
    GenericExecuteSpec bound =
        statement
            .bind("id", id)
            .bind("name", body.name())
            .bind("provider", body.provider())
            .bind("resolvedBaseUrl", service.resolvedBaseUrl())
            .bind("headers", jsonb.of(body.headerTemplates()))
            .bind("priority", service.priority())
            .bind("weight", body.weight() == null ? 1 : body.weight());
    bound = Rows.bind(bound, "baseUrl", service.baseUrl(), String.class);
    bound = Rows.bind(bound, "credential", body.credentialId(), String.class);
    bound = Rows.bind(bound, "environment", body.environment(), String.class);
    bound = Rows.bind(bound, "auth", json(service.auth()), Json.class);
    bound = Rows.bind(bound, "models", json(body.models()), Json.class);
    return Rows.bind(bound, "timeouts", json(body.timeouts()), Json.class);
  }

  private @Nullable Json json(@Nullable Object value) {
    return value == null ? null : jsonb.of(value);
  }

  Mono<StoredService> find(String id) {
    return database.sql(SELECT + "WHERE s.id = :id").bind("id", id).map(rows::read).one();
  }

  /** Also locks the service until the end of the transaction. */
  Mono<StoredService> findForUpdate(String id) {
    return database
        .sql(SELECT + "WHERE s.id = :id FOR UPDATE OF s")
        .bind("id", id)
        .map(rows::read)
        .one();
  }

  /** The project's own service of this name. */
  Mono<StoredService> findOwned(String projectId, String name) {
    return database
        .sql(SELECT + "WHERE s.project_id = :project AND s.name = :name")
        .bind("project", projectId)
        .bind("name", name)
        .map(rows::read)
        .one();
  }

  /** The project's own services. */
  Flux<StoredService> listOwned(String projectId, PageRequest page) {
    GenericExecuteSpec statement =
        database
            .sql(
                SELECT
                    + """
                    WHERE s.project_id = :project AND (:before::text IS NULL OR s.id < :before)
                    ORDER BY s.id DESC LIMIT :rows\
                    """)
            .bind("project", projectId)
            .bind("rows", page.rowsToRead());
    return Rows.bind(statement, "before", page.before(), String.class).map(rows::read).all();
  }

  Flux<StoredService> list(ListFilter filter, PageRequest page) {
    GenericExecuteSpec statement = database.sql(LIST).bind("rows", page.rowsToRead());
    statement = Rows.bind(statement, "organization", filter.organizationId(), String.class);
    statement = Rows.bind(statement, "project", filter.projectId(), String.class);
    return Rows.bind(statement, "before", page.before(), String.class).map(rows::read).all();
  }

  /**
   * Makes these projects the ones that see the service.
   *
   * @return how many of them exist in the organization
   */
  Mono<Long> link(String id, String name, String organizationId, List<String> projects) {
    return database
        .sql(
            "DELETE FROM tollgate.service_project WHERE service_id = :id AND project_id <> ALL (:projects)")
        .bind("id", id)
        .bind("projects", Rows.array(projects))
        .then()
        .then(insertLinks(id, name, organizationId, projects))
        .then(countLinks(id));
  }

  private Mono<Void> insertLinks(
      String id, String name, String organizationId, List<String> projects) {
    return database
        .sql(LINK)
        .bind("id", id)
        .bind("name", name)
        .bind("organization", organizationId)
        .bind("projects", Rows.array(projects))
        .then();
  }

  private Mono<Long> countLinks(String id) {
    return database
        .sql("SELECT count(*) AS links FROM tollgate.service_project WHERE service_id = :id")
        .bind("id", id)
        .map(row -> Rows.required(row, "links", Long.class))
        .one();
  }

  /** Notes which credentials the headers name, so that those are not deleted unawares. */
  Mono<Void> noteSecrets(String id, CheckedService service) {
    return database
        .sql("DELETE FROM tollgate.service_secret WHERE service_id = :id")
        .bind("id", id)
        .then()
        .then(insertSecrets(id, service));
  }

  private Mono<Void> insertSecrets(String id, CheckedService service) {
    return service.secrets().isEmpty()
        ? Mono.empty()
        : database
            .sql(
                """
                INSERT INTO tollgate.service_secret (service_id, credential_id)
                SELECT :id, unnest(:credentials::text[])\
                """)
            .bind("id", id)
            .bind("credentials", Rows.array(service.secrets()))
            .then();
  }

  Mono<Void> delete(String id) {
    return database.sql("DELETE FROM tollgate.service WHERE id = :id").bind("id", id).then();
  }
}
