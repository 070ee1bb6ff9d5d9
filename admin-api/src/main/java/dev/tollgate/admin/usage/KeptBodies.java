package dev.tollgate.admin.usage;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.audit.EventType;
import dev.tollgate.admin.credential.ProjectVault;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.problem.ProblemException;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.schema.Transactions;
import dev.tollgate.crypto.envelope.BodyBinding;
import io.r2dbc.spi.Readable;
import java.util.Map;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Bodies that gateways kept. Each look into one is an event of the audit. */
@Component
class KeptBodies {

  private static final String LIST =
      """
      SELECT id, at, request_id, project_id, part, content_type, content_encoding, length, truncated
      FROM tollgate.body WHERE key_id = :key AND (:before::text IS NULL OR id < :before)
      ORDER BY id DESC LIMIT :rows\
      """;
  private static final String FIND = "SELECT * FROM tollgate.body WHERE key_id = :key AND id = :id";

  private final DatabaseClient database;
  private final ProjectVault vault;
  private final AuditLog audit;
  private final Transactions transactions;

  KeptBodies(
      DatabaseClient database, ProjectVault vault, AuditLog audit, Transactions transactions) {
    this.database = database;
    this.vault = vault;
    this.audit = audit;
    this.transactions = transactions;
  }

  /** Newest first. */
  Flux<KeptBody> list(String keyId, PageRequest page) {
    GenericExecuteSpec statement =
        database.sql(LIST).bind("key", keyId).bind("rows", page.rowsToRead());
    return Rows.bind(statement, "before", page.before(), String.class).map(KeptBodies::body).all();
  }

  /** One of the key's, opened; 404 if there is none, or its project's data key is shredded. */
  Mono<OpenedBody> open(Caller caller, String keyId, String id) {
    return transactions.inOne(
        database
            .sql(FIND)
            .bind("key", keyId)
            .bind("id", id)
            .map(row -> new Row(body(row), binding(row), bytes(row)))
            .one()
            .flatMap(row -> open(caller, keyId, row))
            .switchIfEmpty(Mono.error(ProblemException::notFound)));
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Row(KeptBody body, BodyBinding binding, byte[] sealed) {}

  private Mono<OpenedBody> open(Caller caller, String keyId, Row row) {
    return vault
        .open(row.sealed(), row.binding())
        .map(content -> OpenedBody.of(row.body(), content))
        .flatMap(opened -> audit.write(entry(caller, keyId, row)).thenReturn(opened));
  }

  private static AuditEntry entry(Caller caller, String keyId, Row row) {
    Subject subject =
        new Subject("key", keyId, row.binding().organizationId(), row.binding().projectId());
    return new AuditEntry(
        caller,
        EventType.ACCESS,
        "key.log_read",
        subject,
        null,
        null,
        Map.of("log_id", row.body().id(), "request_id", row.body().requestId()));
  }

  private static KeptBody body(Readable row) {
    return new KeptBody(
        Rows.text(row, "id"),
        Rows.instant(row, "at"),
        Rows.text(row, "request_id"),
        Rows.text(row, "project_id"),
        Rows.text(row, "part"),
        row.get("content_type", String.class),
        row.get("content_encoding", String.class),
        Rows.number(row, "length"),
        Rows.required(row, "truncated", Boolean.class));
  }

  private static BodyBinding binding(Readable row) {
    return new BodyBinding(
        Rows.text(row, "organization_id"),
        Rows.text(row, "project_id"),
        Rows.text(row, "id"),
        Rows.text(row, "part"));
  }

  private static byte[] bytes(Readable row) {
    return Rows.required(row, "sealed", byte[].class);
  }
}
