package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The policy columns of projects and organizations. */
@Component
class ScopePolicyRepository {
  private static final String OF_PROJECT =
      """
      SELECT organization_id, id AS project_id, policy, version FROM tollgate.project
       WHERE id = :id AND deleted_at IS NULL
      """;
  private static final String OF_ORGANIZATION =
      """
      SELECT id AS organization_id, NULL::text AS project_id, policy, version FROM tollgate.organization
       WHERE id = :id AND deleted_at IS NULL
      """;

  private final DatabaseClient database;
  private final Jsonb jsonb;

  ScopePolicyRepository(DatabaseClient database, Jsonb jsonb) {
    this.database = database;
    this.jsonb = jsonb;
  }

  Mono<ScopePolicy> ofProject(String id) {
    return one(OF_PROJECT, id);
  }

  Mono<ScopePolicy> ofOrganization(String id) {
    return one(OF_ORGANIZATION, id);
  }

  /** Also locks the row until the end of the transaction. */
  Mono<ScopePolicy> ofProjectForUpdate(String id) {
    return one(OF_PROJECT + "FOR UPDATE", id);
  }

  /** Also locks the row until the end of the transaction. */
  Mono<ScopePolicy> ofOrganizationForUpdate(String id) {
    return one(OF_ORGANIZATION + "FOR UPDATE", id);
  }

  /** Everything that a key of this scope must stay within. */
  Flux<ScopePolicy> over(KeyScope scope) {
    return ofOrganization(scope.organizationId())
        .concatWith(
            Mono.justOrEmpty(scope.projectIds())
                .flatMapIterable(ids -> ids)
                .concatMap(this::ofProject));
  }

  /** Writes the document; an empty one takes the policy away. */
  Mono<ScopePolicy> write(ScopePolicy policy, ObjectNode document) {
    String table = policy.projectId() == null ? "tollgate.organization" : "tollgate.project";
    GenericExecuteSpec statement =
        database
            .sql(
                "UPDATE "
                    + table
                    + " SET policy = :policy, version = version + 1, updated_at = now()"
                    + " WHERE id = :id RETURNING version")
            .bind("id", policy.id());
    Json json = document.isEmpty() ? null : jsonb.of(document);
    return Rows.bind(statement, "policy", json, Json.class)
        .map(row -> Rows.number(row, "version"))
        .one()
        .map(version ->
            new ScopePolicy(policy.organizationId(), policy.projectId(), document, version));
  }

  private Mono<ScopePolicy> one(String select, String id) {
    return database.sql(select).bind("id", id).map(this::policy).one();
  }

  private ScopePolicy policy(Readable row) {
    JsonNode document = jsonb.read(row, "policy");
    return new ScopePolicy(
        Rows.text(row, "organization_id"),
        row.get("project_id", String.class),
        document instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode(),
        Rows.number(row, "version"));
  }
}
