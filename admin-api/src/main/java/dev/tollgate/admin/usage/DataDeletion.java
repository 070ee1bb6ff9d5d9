package dev.tollgate.admin.usage;

import dev.tollgate.admin.access.Caller;
import dev.tollgate.admin.audit.AuditEntry;
import dev.tollgate.admin.audit.AuditEntry.Subject;
import dev.tollgate.admin.audit.AuditLog;
import dev.tollgate.admin.audit.EventType;
import dev.tollgate.admin.schema.Transactions;
import java.util.Map;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Deletes what a virtual key left behind, for itself. A call deletes a bounded number of rows, and
 * all of them or none.
 */
@Component
class DataDeletion {

  private static final int AT_ONCE = 50_000;

  private final DatabaseClient database;
  private final AuditLog audit;
  private final Transactions transactions;

  DataDeletion(DatabaseClient database, AuditLog audit, Transactions transactions) {
    this.database = database;
    this.audit = audit;
    this.transactions = transactions;
  }

  /**
   * What was done.
   *
   * @param deleted rows
   * @param more whether there may be more of them
   */
  record Deleted(long deleted, boolean more) {}

  Mono<Deleted> ofUsage(Caller key) {
    return delete(key, "usage", "tollgate.usage_event");
  }

  Mono<Deleted> ofBodies(Caller key) {
    return delete(key, "logs", "tollgate.body");
  }

  private Mono<Deleted> delete(Caller key, String what, String table) {
    String statement =
        "DELETE FROM "
            + table
            + " WHERE id IN (SELECT id FROM "
            + table
            + " WHERE key_id = :key LIMIT "
            + AT_ONCE
            + ")";
    return transactions.inOne(
        database
            .sql(statement)
            .bind("key", key.id())
            .fetch()
            .rowsUpdated()
            .flatMap(rows ->
                audit
                    .write(entry(key, what, rows))
                    .thenReturn(new Deleted(rows, rows == AT_ONCE))));
  }

  private static AuditEntry entry(Caller key, String what, long rows) {
    Subject subject = new Subject("key", key.id(), key.organizationId(), null);
    return new AuditEntry(
        key,
        EventType.ACCESS,
        "key." + what + "_deleted",
        subject,
        null,
        null,
        Map.of("rows", rows));
  }
}
