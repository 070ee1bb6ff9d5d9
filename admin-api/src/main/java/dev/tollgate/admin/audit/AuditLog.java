package dev.tollgate.admin.audit;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.postgresql.codec.Json;
import java.util.HashMap;
import java.util.Map;
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
            .bind("details", jsonb.of(details(entry)));
    statement = bindSubject(statement, entry.subject());
    statement = bindCaller(statement, entry.caller());
    statement = Rows.bind(statement, "before", json(entry.before()), Json.class);
    return Rows.bind(statement, "after", json(entry.after()), Json.class).then();
  }

  /** Names the admin key that a member used: one of theirs may be in other hands. */
  private static Map<String, ?> details(AuditEntry entry) {
    Caller caller = entry.caller();
    if (caller.actor().equals(caller.id())) {
      return entry.details();
    }
    Map<String, Object> details = new HashMap<>(entry.details());
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
