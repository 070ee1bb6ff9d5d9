package dev.tollgate.admin.budget;

import dev.tollgate.admin.budget.BudgetAlertRepository.Due;
import dev.tollgate.admin.document.Usd;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.schema.Transactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Tells of budgets whose threshold is crossed, and of those on which more was spent than they
 * allow: once in each window, as an event of the audit.
 */
@Component
class BudgetAlerts {

  /** Any number that nothing else locks: "budget" in ASCII. */
  private static final long LOCK = 0x627564676574L;

  private static final String INSERT =
      """
      INSERT INTO tollgate.audit_event (id, organization_id, project_id, event_type, action, resource_type,
        resource_id, actor_type, actor_id, details)
      SELECT id, organization_id, project_id, 'usage', action, kind, subject_id, 'gateway', 'gateway', details
        FROM jsonb_to_recordset(:events) AS event (id text, organization_id text, project_id text, action text,
                                                   kind text, subject_id text, details jsonb)
      """;

  private final BudgetAlertRepository budgets;
  private final DatabaseClient database;
  private final Jsonb jsonb;
  private final Ids ids;
  private final Transactions transactions;

  BudgetAlerts(
      BudgetAlertRepository budgets,
      DatabaseClient database,
      Jsonb jsonb,
      Ids ids,
      Transactions transactions) {
    this.budgets = budgets;
    this.database = database;
    this.jsonb = jsonb;
    this.ids = ids;
    this.transactions = transactions;
  }

  /** Looks once; of several processes one at a time does. */
  Mono<Void> tell(Instant now) {
    return transactions.inOne(
        database
            .sql("SELECT pg_try_advisory_xact_lock(:lock) AS locked")
            .bind("lock", LOCK)
            .map(row -> Rows.required(row, "locked", Boolean.class))
            .one()
            .filter(Boolean::booleanValue)
            .flatMap(_ -> tellAndClose(now)));
  }

  private Mono<Void> tellAndClose(Instant now) {
    return budgets
        .find(now)
        .filter(due -> !due.isEmpty())
        .flatMap(due -> write(due).then(budgets.mark(due)))
        .then(Mono.defer(() -> budgets.close(now)));
  }

  /** In one statement: gateways wait for the rows of the budgets meanwhile. */
  private Mono<Void> write(List<Due> due) {
    List<Map<String, Object>> events = new ArrayList<>();
    for (Due one : due) {
      if (one.crossed()) {
        events.add(event(one, "budget.threshold"));
      }
      if (one.overran()) {
        events.add(event(one, "budget.overrun"));
      }
    }
    return database.sql(INSERT).bind("events", jsonb.of(events)).then();
  }

  private Map<String, Object> event(Due due, String action) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("id", ids.next("evt"));
    put(event, "organization_id", due.organizationId());
    put(event, "project_id", due.projectId());
    event.put("action", action);
    event.put("kind", due.kind());
    event.put("subject_id", due.subjectId());
    event.put("details", details(due));
    return event;
  }

  private static Map<String, Object> details(Due due) {
    Map<String, Object> details = new LinkedHashMap<>();
    put(details, "model", due.model());
    details.put("window", due.window());
    if (due.endsAt() != null) {
      details.put("starts_at", due.startsAt().toString());
      details.put("resets_at", due.endsAt().toString());
    }
    put(details, "limit", due.limit() == null ? null : Usd.ofMicros(due.limit()));
    details.put("spent", Usd.ofMicros(due.spent()));
    put(details, "alert_threshold", due.threshold());
    if (due.overrun() > 0) {
      details.put("overrun", Usd.ofMicros(due.overrun()));
    }
    return details;
  }

  private static void put(Map<String, Object> details, String name, @Nullable Object value) {
    if (value != null) {
      details.put(name, value);
    }
  }
}
