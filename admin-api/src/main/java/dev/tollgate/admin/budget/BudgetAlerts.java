package dev.tollgate.admin.budget;

import dev.tollgate.admin.budget.BudgetAlertRepository.Due;
import dev.tollgate.admin.budget.BudgetAlertRepository.Page;
import dev.tollgate.admin.document.Usd;
import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Transactions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tells of budgets whose threshold is crossed, and of those on which more was spent than they
 * allow: once in each window, as an event of the audit.
 */
@Component
class BudgetAlerts {

  /** How often a budget that a gateway holds just then is tried in one turn. */
  private static final int TRIES = 5;

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

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

  /** The last budget of the page that was looked at. Of a round that failed the rest is next. */
  private volatile long lookedUpTo;

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

  /**
   * Looks at all budgets once, a page at a time, each with transactions of its own. A page that
   * fails ends the turn and is passed over, so that it does not keep the others from being looked
   * at. Several processes may look at the same time.
   */
  Mono<Void> tell(Instant now) {
    return Mono.defer(() -> look(lookedUpTo, now)).expand(last -> look(last, now)).then();
  }

  /** The last budget that was looked at; empty: there are no more. */
  private Mono<Long> look(long after, Instant now) {
    return transactions
        .inOne(budgets.pageAfter(after))
        .switchIfEmpty(Mono.fromRunnable(() -> lookedUpTo = 0))
        .flatMap(page -> {
          lookedUpTo = page.upTo();
          return look(page, now);
        });
  }

  private Mono<Long> look(Page page, Instant now) {
    Mono<Long> told =
        transactions
            .inOne(budgets.find(page, now))
            .flatMap(found -> {
              long last = BudgetAlertRepository.isFull(found) ? found.getLast() : page.upTo();
              return tell(new HashSet<>(found), TRIES, now).thenReturn(last);
            });
    Mono<Long> closed = transactions.inOne(budgets.close(page, now)).then(Mono.empty());
    return Flux.concatDelayError(told, closed).last();
  }

  /** Budgets that are still held after some tries have the next round. */
  private Mono<Void> tell(Set<Long> left, int tries, Instant now) {
    return left.isEmpty() || tries == 0
        ? Mono.empty()
        : tellOfThoseNotHeld(left, now)
            .then(Mono.defer(() -> left.isEmpty() ? Mono.empty() : Mono.delay(BETWEEN_TRIES)))
            .then(Mono.defer(() -> tell(left, tries - 1, now)));
  }

  private Mono<Void> tellOfThoseNotHeld(Set<Long> left, Instant now) {
    return transactions
        .inOne(
            budgets
                .lock(left, now)
                .filter(due -> !due.isEmpty())
                .flatMap(due -> budgets.mark(due).then(write(due)).thenReturn(due)))
        .doOnNext(told -> told.forEach(due -> left.remove(due.budgetId())))
        .then();
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
