package dev.tollgate.admin.audit;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.postgresql.codec.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Writes audit events. Call it inside the transaction of the change: no change without its row. */
@Component
public class AuditLog {

  private static final String INSERT =
      """
      INSERT INTO tollgate.audit_event (id, organization_id, project_id, event_type, action,
        resource_type, resource_id, actor_type, actor_id, ip_address, request_id, before, after, details)
      VALUES (:id, :organization, :project, :type, :action, :resourceType, :resource, :actorType, :actor,
        :address, :request, :before, :after, :details)\
      """;

  /** What this transaction revoked: {@code now()} is the instant that it began at. */
  private static final String REVOKED =
      """
      SELECT id, CASE WHEN cardinality(project_ids) = 1 THEN project_ids[1] ELSE '' END AS project_id
        FROM tollgate.virtual_key WHERE organization_id = :organization AND revoked_at = now() ORDER BY id\
      """;

  /** One statement for all of them: an organization's end revokes thousands. */
  private static final String INSERT_REVOKED =
      """
      INSERT INTO tollgate.audit_event (id, organization_id, project_id, event_type, action,
        resource_type, resource_id, actor_type, actor_id, ip_address, request_id, details)
      SELECT e.id, :organization, nullif(e.project, ''), 'lifecycle', 'key.revoked', 'key', e.key, :actorType, :actor,
        :address, :request, :details
        FROM unnest(:ids::text[], :keys::text[], :projects::text[]) AS e (id, key, project)\
      """;

  private final DatabaseClient database;
  private final Jsonb jsonb;
  private final Ids ids;

  AuditLog(DatabaseClient database, Jsonb jsonb, Ids ids) {
    this.database = database;
    this.jsonb = jsonb;
    this.ids = ids;
  }

  /** Stores one event. */
  public Mono<Void> write(AuditEntry entry) {
    GenericExecuteSpec statement =
        database
            .sql(INSERT)
            .bind("id", ids.next("evt"))
            .bind("type", entry.type().text())
            .bind("action", entry.action())
            .bind("details", jsonb.of(details(entry.caller(), entry.details())));
    statement = bindSubject(statement, entry.subject());
    statement = bindCaller(statement, entry.caller());
    statement = Rows.bind(statement, "before", json(entry.before()), Json.class);
    return Rows.bind(statement, "after", json(entry.after()), Json.class).then();
  }

  /**
   * Stores an event {@code key.revoked} for each virtual key that was revoked along with something
   * else. Call it in the transaction that revoked them, after that.
   *
   * @param cause what was deleted
   */
  public Mono<Void> writeRevokedKeys(Caller caller, Subject cause) {
    return database
        .sql(REVOKED)
        .bind("organization", Objects.requireNonNull(cause.organizationId()))
        .map(row -> new RevokedKey(Rows.text(row, "id"), Rows.text(row, "project_id")))
        .all()
        .collectList()
        .filter(keys -> !keys.isEmpty())
        .flatMap(keys -> writeRevoked(caller, cause, keys));
  }

  /** A key; the project is empty where it is not of one alone. */
  private record RevokedKey(String id, String projectId) {}

  private Mono<Void> writeRevoked(Caller caller, Subject cause, List<RevokedKey> keys) {
    GenericExecuteSpec statement =
        database
            .sql(INSERT_REVOKED)
            .bind("organization", Objects.requireNonNull(cause.organizationId()))
            .bind("details", jsonb.of(details(caller, Map.of("because_of", cause.id()))))
            .bind("ids", keys.stream().map(_ -> ids.next("evt")).toArray(String[]::new))
            .bind("keys", keys.stream().map(RevokedKey::id).toArray(String[]::new))
            .bind("projects", keys.stream().map(RevokedKey::projectId).toArray(String[]::new));
    return bindCaller(statement, caller).then();
  }

  /** Names the admin key that a member used: one of theirs may be in other hands. */
  private static Map<String, ?> details(Caller caller, Map<String, ?> said) {
    if (caller.actor().equals(caller.id())) {
      return said;
    }
    Map<String, Object> details = new HashMap<>(said);
    details.put("admin_key_id", caller.id());
    return details;
  }

  private static GenericExecuteSpec bindSubject(GenericExecuteSpec statement, Subject subject) {
    GenericExecuteSpec bound =
        statement.bind("resourceType", subject.type()).bind("resource", subject.id());
    bound = Rows.bind(bound, "organization", subject.organizationId(), String.class);
    return Rows.bind(bound, "project", subject.projectId(), String.class);
  }

  private static GenericExecuteSpec bindCaller(GenericExecuteSpec statement, Caller caller) {
    return statement
        .bind("actorType", caller.type().text())
        .bind("actor", caller.actor())
        .bind("address", caller.address())
        .bind("request", caller.requestId());
  }

  private @Nullable Json json(@Nullable Object value) {
    return value == null ? null : jsonb.of(value);
  }
}
