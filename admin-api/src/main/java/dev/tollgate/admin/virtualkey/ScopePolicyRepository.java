package dev.tollgate.admin.virtualkey;

import dev.tollgate.admin.project.TokenLifetime;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.virtualkey.ScopePolicy.Level;
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

/** The policy columns of organizations, teams and projects. */
@Component
class ScopePolicyRepository {
  private static final long LONGEST = TokenLifetime.LONGEST.duration().toSeconds();

  private final DatabaseClient database;
  private final Jsonb jsonb;

  ScopePolicyRepository(DatabaseClient database, Jsonb jsonb) {
    this.database = database;
    this.jsonb = jsonb;
  }

  Mono<ScopePolicy> find(Level level, String id) {
    return one(level, id, "");
  }

  /** Also locks the row until the end of the transaction. */
  Mono<ScopePolicy> findForUpdate(Level level, String id) {
    return one(level, id, " FOR UPDATE");
  }

  /** Everything that a key of this scope must stay within. */
  Flux<ScopePolicy> over(KeyScope scope) {
    return find(Level.ORGANIZATION, scope.organizationId())
        .concatWith(Mono.justOrEmpty(scope.teamId()).flatMap(id -> find(Level.TEAM, id)))
        .concatWith(
            Mono.justOrEmpty(scope.projectIds())
                .flatMapIterable(ids -> ids)
                .concatMap(id -> find(Level.PROJECT, id)));
  }

  /** Writes the policy; an empty document takes it away. */
  Mono<ScopePolicy> write(ScopePolicy policy) {
    boolean ofProject = policy.level() == Level.PROJECT;
    GenericExecuteSpec statement =
        database
            .sql(
                "UPDATE tollgate."
                    + policy.level().text()
                    + " SET policy = :policy, version = version + 1, updated_at = now()"
                    + (ofProject ? ", max_token_ttl_seconds = coalesce(:ttl, :longest)" : "")
                    + " WHERE id = :id RETURNING version")
            .bind("id", policy.id());
    Json json = policy.document().isEmpty() ? null : jsonb.of(policy.document());
    statement = Rows.bind(statement, "policy", json, Json.class);
    if (ofProject) {
      statement = statement.bind("longest", LONGEST);
      statement = Rows.bind(statement, "ttl", policy.maxTokenTtl(), Long.class);
    }
    return statement.map(row -> Rows.number(row, "version")).one().map(policy::at);
  }

  private Mono<ScopePolicy> one(Level level, String id, String lock) {
    if (!Ids.isWellFormed(id)) {
      return Mono.empty();
    }
    return database
        .sql(
            "SELECT id, %s AS organization_id, policy, %s AS max_token_ttl, version FROM tollgate.%s"
                    .formatted(
                        level.organizationColumn(),
                        level == Level.PROJECT
                            ? "nullif(max_token_ttl_seconds, " + LONGEST + ")"
                            : "NULL::bigint",
                        level.text())
                + " WHERE id = :id AND deleted_at IS NULL"
                + lock)
        .bind("id", id)
        .map(row -> policy(level, row))
        .one();
  }

  private ScopePolicy policy(Level level, Readable row) {
    JsonNode document = jsonb.read(row, "policy");
    return new ScopePolicy(
        level,
        Rows.text(row, "id"),
        Rows.text(row, "organization_id"),
        document instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode(),
        row.get("max_token_ttl", Long.class),
        Rows.number(row, "version"));
  }
}
