package dev.tollgate.admin.budget;

import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/**
 * Budgets of which something is to be told. They are looked at page by page without a lock. Those
 * of which something is due are then locked, seen as they are then, and marked in the same
 * transaction, so that it is told once, whoever looks and however often they are restarted.
 */
@Repository
class BudgetAlertRepository {

  /** Looked at with one query. */
  private static final int PAGE = 2_000;

  /** Told in one transaction: gateways wait for these rows until it ends. */
  private static final int MOST = 100;

  private static final String PAGE_AFTER =
      """
      SELECT max(id) AS up_to
        FROM (SELECT id FROM tollgate.budget WHERE watched AND id > :after ORDER BY id LIMIT :page) page
      """;

  /**
   * A limit or a threshold that somebody wrote after a window was over is not one of that window.
   */
  private static final String DUE =
      """
        FROM tollgate.budget b
       CROSS JOIN LATERAL (SELECT split_part(b.subject, ':', 1) AS kind, split_part(b.subject, ':', 2) AS id) s
        LEFT JOIN tollgate.virtual_key k ON s.kind = 'key' AND k.id = s.id
        LEFT JOIN tollgate.team t ON s.kind = 'team' AND t.id = s.id
        LEFT JOIN tollgate.project_token token ON s.kind = 'token' AND token.jti = s.id
        LEFT JOIN tollgate.project p
          ON p.id = CASE s.kind WHEN 'project' THEN s.id WHEN 'token' THEN token.project_id END
        LEFT JOIN tollgate.organization o ON s.kind = 'organization' AND o.id = s.id
       CROSS JOIN LATERAL (
         SELECT coalesce(k.effective_policy, k.policy, t.policy, p.policy, o.policy) AS policy,
                coalesce(k.updated_at, t.updated_at, p.updated_at, o.updated_at) AS changed_at,
                coalesce(k.organization_id, t.organization_id, p.organization_id, o.id) AS organization_id,
                coalesce(CASE cardinality(k.project_ids) WHEN 1 THEN k.project_ids[1] END, p.id) AS project_id,
                CASE b.period WHEN 'hour' THEN b.starts_at + interval '1 hour'
                              WHEN 'day' THEN b.starts_at + interval '24 hours'
                              WHEN 'month' THEN (b.starts_at AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC'
                              ELSE 'infinity' END AS ends_at) d
       CROSS JOIN LATERAL (
         SELECT CASE WHEN s.kind = 'token' THEN token.max_cost_micro_usd
                     WHEN b.model IS NULL
                       THEN (d.policy #>> ARRAY['rate_limits', 'costs', 'per_' || b.period || '_max'])::numeric * 1000000
                     WHEN b.period = 'day'
                       THEN (d.policy #>> ARRAY['permissions', 'models', 'limits', b.model, 'max_cost_per_day'])::numeric
                            * 1000000 END AS ceiling,
                (d.policy #>> '{rate_limits,costs,alert_threshold}')::numeric AS threshold) l
       CROSS JOIN LATERAL (
         SELECT coalesce(b.threshold_told_at IS NULL AND b.spent + b.overrun > 0
                         AND b.spent + b.overrun >= l.ceiling * l.threshold
                         AND (d.ends_at > :now OR d.changed_at < d.ends_at), false) AS crossed,
                b.overrun_told_at IS NULL AND b.overrun > 0 AS overran) due
      """;

  /** The first line spares the joins for what was told already. */
  private static final String FIND =
      "SELECT b.id"
          + DUE
          + """
           WHERE (b.threshold_told_at IS NULL AND b.spent + b.overrun > 0 OR b.overrun_told_at IS NULL AND b.overrun > 0)
             AND b.watched AND b.id > :after AND b.id <= :upTo AND (due.crossed OR due.overran)
           ORDER BY b.id
           LIMIT :most
          """;

  /**
   * A row that a gateway holds is passed over. Whoever waited for it here would hold others, for
   * which other gateways wait.
   */
  private static final String LOCK =
      """
      SELECT b.id, s.kind, s.id AS subject_id, d.organization_id, d.project_id, b.model, b.period, b.starts_at,
             CASE WHEN b.period <> 'total' THEN d.ends_at END AS ends_at,
             l.ceiling::bigint AS ceiling, l.threshold, b.spent + b.overrun AS spent, b.overrun, due.crossed, due.overran
      """
          + DUE
          + """
           WHERE b.id = ANY (:ids) AND (due.crossed OR due.overran)
             FOR NO KEY UPDATE OF b SKIP LOCKED
          """;

  private static final String MARK =
      """
      UPDATE tollgate.budget
         SET threshold_told_at = CASE WHEN id = ANY (:crossed) THEN now() ELSE threshold_told_at END,
             overrun_told_at = CASE WHEN id = ANY (:overran) THEN now() ELSE overrun_told_at END
       WHERE id = ANY (:crossed) OR id = ANY (:overran)
      """;

  private static final String CLOSE =
      """
      UPDATE tollgate.budget SET watched = false WHERE id IN (SELECT b.id
      """
          + DUE
          + """
           WHERE b.watched AND b.id > :after AND b.id <= :upTo AND d.ends_at < :now - interval '1 hour'
             AND NOT (due.crossed OR due.overran)
             FOR NO KEY UPDATE OF b SKIP LOCKED)
          """;

  private final DatabaseClient database;

  BudgetAlertRepository(DatabaseClient database) {
    this.database = database;
  }

  /**
   * What is to be told.
   *
   * @param kind of whose budget it is: key, project, team, organization, token
   * @param projectId where it is of one project
   * @param endsAt null: never
   * @param limit as it is now, micro-dollars as all money; null: it is gone
   * @param crossed whether the threshold is to be told of
   * @param overran whether what was spent above the limit is
   */
  record Due(
      long budgetId,
      String kind,
      String subjectId,
      @Nullable String organizationId,
      @Nullable String projectId,
      @Nullable String model,
      String window,
      Instant startsAt,
      @Nullable Instant endsAt,
      @Nullable Long limit,
      @Nullable BigDecimal threshold,
      long spent,
      long overrun,
      boolean crossed,
      boolean overran) {}

  /** Budgets with these ids: above {@code after}, up to and with {@code upTo}. */
  record Page(long after, long upTo) {}

  /** The next budgets that are watched; empty: there are no more. */
  Mono<Page> pageAfter(long after) {
    return database
        .sql(PAGE_AFTER)
        .bind("after", after)
        .bind("page", PAGE)
        .map(row -> Optional.ofNullable(row.get("up_to", Long.class)))
        .one()
        .flatMap(upTo -> Mono.justOrEmpty(upTo.map(last -> new Page(after, last))));
  }

  /** The first budgets of a page of which something is due, by their ids. */
  Mono<List<Long>> find(Page page, Instant now) {
    return database
        .sql(FIND)
        .bind("now", now)
        .bind("after", page.after())
        .bind("upTo", page.upTo())
        .bind("most", MOST)
        .map(row -> Rows.required(row, "id", Long.class))
        .all()
        .collectList();
  }

  /** Whether {@link #find} may have left some of the page out. */
  static boolean isFull(List<Long> found) {
    return found.size() >= MOST;
  }

  /** What is still due of these, locked until the transaction ends. */
  Mono<List<Due>> lock(Collection<Long> budgets, Instant now) {
    return database
        .sql(LOCK)
        .bind("now", now)
        .bind("ids", budgets.toArray(Long[]::new))
        .map(BudgetAlertRepository::due)
        .all()
        .collectList();
  }

  private static Due due(Readable row) {
    return new Due(
        Rows.required(row, "id", Long.class),
        Rows.text(row, "kind"),
        Rows.text(row, "subject_id"),
        row.get("organization_id", String.class),
        row.get("project_id", String.class),
        row.get("model", String.class),
        Rows.text(row, "period"),
        Rows.instant(row, "starts_at"),
        row.get("ends_at", Instant.class),
        row.get("ceiling", Long.class),
        row.get("threshold", BigDecimal.class),
        Rows.required(row, "spent", Long.class),
        Rows.required(row, "overrun", Long.class),
        Rows.required(row, "crossed", Boolean.class),
        Rows.required(row, "overran", Boolean.class));
  }

  Mono<Void> mark(List<Due> told) {
    return database
        .sql(MARK)
        .bind("crossed", ids(told.stream().filter(Due::crossed).toList()))
        .bind("overran", ids(told.stream().filter(Due::overran).toList()))
        .then();
  }

  /** Looks no more at windows of a page that are over and of which there is nothing to tell. */
  Mono<Void> close(Page page, Instant now) {
    return database
        .sql(CLOSE)
        .bind("now", now)
        .bind("after", page.after())
        .bind("upTo", page.upTo())
        .then();
  }

  private static Long[] ids(List<Due> budgets) {
    return budgets.stream().map(Due::budgetId).toArray(Long[]::new);
  }
}
