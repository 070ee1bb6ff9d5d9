package dev.tollgate.admin.audit;

import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** Reads audit events: what {@link AuditLog} writes, and the requests that gateways noted. */
@Component
class AuditRepository {

  private static final String LIST =
      """
      SELECT * FROM tollgate.audit_trail
      WHERE (:organization::text IS NULL OR organization_id = :organization)
        AND (:project::text IS NULL OR project_id = :project)
        AND (:resource::text IS NULL OR resource_id = :resource)
        AND (:user::text IS NULL OR actor_id = :user OR details ->> 'admin_key_id' = :user)
      """;
  private static final String OF_SUBJECT =
      """
      SELECT * FROM tollgate.audit_trail
      WHERE {condition}
      """;
  private static final String IN_PERIOD =
      """
        AND (cardinality(:types::text[]) = 0 OR event_type = ANY (:types))
        AND (:from::timestamptz IS NULL OR at >= :from)
        AND (:to::timestamptz IS NULL OR at < :to)
        AND (:before::text IS NULL OR id < :before)
      ORDER BY id DESC LIMIT :rows\
      """;

  private final DatabaseClient database;
  private final Jsonb jsonb;

  AuditRepository(DatabaseClient database, Jsonb jsonb) {
    this.database = database;
    this.jsonb = jsonb;
  }

  /** Newest first. */
  Flux<AuditEvent> list(AuditFilter filter, PageRequest page) {
    GenericExecuteSpec statement = database.sql(LIST + IN_PERIOD);
    statement = Rows.bind(statement, "organization", filter.organizationId(), String.class);
    statement = Rows.bind(statement, "project", filter.projectId(), String.class);
    statement = Rows.bind(statement, "resource", filter.resourceId(), String.class);
    statement = Rows.bind(statement, "user", filter.userId(), String.class);
    return read(statement, filter.period(), page);
  }

  /** Newest first. */
  Flux<AuditEvent> list(AuditSubject subject, AuditPeriod period, PageRequest page) {
    String condition = subject.kind().condition();
    return read(
        database
            .sql(OF_SUBJECT.replace("{condition}", condition) + IN_PERIOD)
            .bind("subject", subject.id()),
        period,
        page);
  }

  private Flux<AuditEvent> read(
      GenericExecuteSpec statement, AuditPeriod period, PageRequest page) {
    GenericExecuteSpec bound =
        statement.bind("types", Rows.array(period.types())).bind("rows", page.rowsToRead());
    bound = Rows.bind(bound, "from", period.from(), Instant.class);
    bound = Rows.bind(bound, "to", period.to(), Instant.class);
    return Rows.bind(bound, "before", page.before(), String.class).map(this::event).all();
  }

  private AuditEvent event(Readable row) {
    return new AuditEvent(
        Rows.text(row, "id"),
        Rows.instant(row, "at"),
        row.get("organization_id", String.class),
        row.get("project_id", String.class),
        Rows.text(row, "event_type"),
        Rows.text(row, "action"),
        Rows.text(row, "resource_type"),
        row.get("resource_id", String.class),
        Rows.text(row, "actor_type"),
        Rows.text(row, "actor_id"),
        row.get("ip_address", String.class),
        row.get("request_id", String.class),
        jsonb.read(row, "before"),
        jsonb.read(row, "after"),
        jsonb.read(row, "details"));
  }
}
