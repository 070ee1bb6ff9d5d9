package dev.tollgate.admin.budget;

import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Reads the limits over keys and what gateways have stored of their use, each with one query. */
@Repository
class AllowanceRepository {

  private static final String POLICIES =
      """
      SELECT k.id, k.organization_id, k.team_id, coalesce(k.effective_policy, k.policy) AS own, t.policy AS of_team,
             o.policy AS of_organization, k.project_ids,
             (SELECT jsonb_object_agg(p.id, p.policy) FROM tollgate.project p
               WHERE p.id = ANY (k.project_ids) AND p.policy IS NOT NULL AND p.deleted_at IS NULL) AS of_projects
        FROM tollgate.virtual_key k
        JOIN tollgate.organization o ON o.id = k.organization_id
        LEFT JOIN tollgate.team t ON t.id = k.team_id
       WHERE k.id = ANY (:keys)
      """;

  /** What a subject spent before it had a budget stands in no row of the ledger yet. */
  private static final String SPENT =
      """
      SELECT coalesce(b.spent + b.overrun, tollgate.spent_before(a.subject, a.model, a.starts_at)) AS spent,
             coalesce(b.leased, 0) AS reserved
        FROM (SELECT n, subject, nullif(model, '') AS model, period, date_trunc(period, :now, 'UTC') AS starts_at
                FROM unnest(:subjects::text[], :models::text[], :periods::text[])
                     WITH ORDINALITY AS asked (subject, model, period, n)) a
        LEFT JOIN tollgate.budget b ON b.subject = a.subject AND b.model IS NOT DISTINCT FROM a.model
         AND b.period = a.period AND b.starts_at = a.starts_at
       ORDER BY a.n
      """;

  /**
   * The hours of a holder are read once, however many models have limits; '' is all of them. What
   * was asked for in another spelling than the limit's stands by itself.
   */
  private static final String USED =
      """
      WITH asked AS MATERIALIZED (
        SELECT *
          FROM unnest(:kinds::text[], :ids::text[], :organizations::text[], :models::text[], :seconds::text[])
               WITH ORDINALITY AS asked (kind, id, organization, model, seconds, n)),
      day AS (
        SELECT a.kind, a.id, a.organization, CASE grouping(used.model) WHEN 1 THEN '' ELSE used.model END AS model,
               coalesce(sum(requests) FILTER (WHERE hour = date_trunc('hour', :now, 'UTC')), 0)::bigint AS hour,
               sum(requests)::bigint AS day, sum(input_tokens + output_tokens)::bigint AS tokens_of_day
          FROM (SELECT DISTINCT kind, id, organization FROM asked) a
         CROSS JOIN LATERAL ({hours}) used
         GROUP BY GROUPING SETS ((a.kind, a.id, a.organization, used.model), (a.kind, a.id, a.organization)))
      SELECT e.recent, e.minute, e.input_of_minute, e.output_of_minute, coalesce(day.hour, 0) + respelled.hour AS hour,
             coalesce(day.day, 0) + respelled.day AS day,
             coalesce(day.tokens_of_day, 0) + respelled.tokens_of_day AS tokens_of_day
        FROM asked a
        LEFT JOIN day ON day.kind = a.kind AND day.id = a.id AND day.organization = a.organization
         AND day.model = a.model
       CROSS JOIN LATERAL (
         SELECT coalesce(sum(requests) FILTER (WHERE hour = date_trunc('hour', :now, 'UTC')), 0)::bigint AS hour,
                coalesce(sum(requests), 0)::bigint AS day,
                coalesce(sum(input_tokens + output_tokens), 0)::bigint AS tokens_of_day
           FROM tollgate.usage_hour_respelled
          WHERE holder = a.kind || ':' || a.id AND model = a.model AND hour >= date_trunc('day', :now, 'UTC')) respelled
       CROSS JOIN LATERAL (
         SELECT count(*) FILTER (WHERE started_at > :now - make_interval(secs => nullif(a.seconds, '')::float8)) AS recent,
                count(*) AS minute, coalesce(sum(input_tokens), 0)::bigint AS input_of_minute,
                coalesce(sum(output_tokens), 0)::bigint AS output_of_minute
           FROM ({events}) event) e
       ORDER BY a.n
      """
          .replace(
              "{events}",
              ofEveryKind(
                  "started_at, input_tokens, output_tokens FROM tollgate.usage_event",
                  "a.seconds <> '' AND started_at > :now - interval '60 s'"))
          .replace(
              "{hours}",
              ofEveryKind(
                  "hour, nullif(model, '') AS model, requests, input_tokens, output_tokens FROM tollgate.usage_hour",
                  "hour >= date_trunc('day', :now, 'UTC')"));

  private final DatabaseClient database;
  private final Jsonb jsonb;

  AllowanceRepository(DatabaseClient database, Jsonb jsonb) {
    this.database = database;
    this.jsonb = jsonb;
  }

  /** A branch for each kind of holder, so that each has its index. */
  private static String ofEveryKind(String rows, String condition) {
    return String.join(
        " UNION ALL ",
        branch(rows, "key", "key_id = a.id", condition),
        branch(rows, "project", "project_id = a.id", condition),
        branch(rows, "team", "organization_id = a.organization AND team_id = a.id", condition),
        branch(rows, "organization", "organization_id = a.id", condition));
  }

  private static String branch(String rows, String kind, String holder, String condition) {
    return "SELECT %s WHERE a.kind = '%s' AND %s AND %s".formatted(rows, kind, holder, condition);
  }

  /**
   * The policies over a key, as its row says.
   *
   * @param projectIds that it names; null: all there are
   * @param ofProjects by their ids
   */
  record Policies(
      String keyId,
      String organizationId,
      @Nullable String teamId,
      @Nullable List<String> projectIds,
      JsonNode own,
      JsonNode ofTeam,
      JsonNode ofOrganization,
      JsonNode ofProjects) {}

  /** Micro-dollars. */
  record Spent(long spent, long reserved) {}

  /** What was counted of a holder; the minutes are those that have just passed. */
  record Used(
      long recent,
      long minute,
      long inputOfMinute,
      long outputOfMinute,
      long hour,
      long day,
      long tokensOfDay) {}

  Mono<List<Policies>> policies(Collection<String> keys) {
    return database
        .sql(POLICIES)
        .bind("keys", Rows.array(keys))
        .map(this::policies)
        .all()
        .collectList();
  }

  private Policies policies(Readable row) {
    String[] projects = row.get("project_ids", String[].class);
    return new Policies(
        Rows.text(row, "id"),
        Rows.text(row, "organization_id"),
        row.get("team_id", String.class),
        projects == null ? null : List.of(projects),
        json(row, "own"),
        json(row, "of_team"),
        json(row, "of_organization"),
        json(row, "of_projects"));
  }

  private JsonNode json(Readable row, String column) {
    JsonNode value = jsonb.read(row, column);
    return value == null ? MissingNode.getInstance() : value;
  }

  /** In the order of the budgets, of which the current windows are meant. */
  Mono<List<Spent>> spent(List<Budget> budgets, Instant now) {
    return database
        .sql(SPENT)
        .bind("now", now)
        .bind("subjects", texts(budgets, budget -> budget.holder().subject()))
        .bind("models", texts(budgets, budget -> named(budget.model())))
        .bind("periods", texts(budgets, budget -> budget.window().text()))
        .map(row -> new Spent(number(row, "spent"), number(row, "reserved")))
        .all()
        .collectList();
  }

  /** In the order of {@code counted}. */
  Mono<List<Used>> used(List<Counted> counted, List<Recent> recent, Instant now) {
    return database
        .sql(USED)
        .bind("now", now)
        .bind("kinds", texts(counted, one -> one.holder().kind().text()))
        .bind("ids", texts(counted, one -> one.holder().id()))
        .bind("organizations", texts(counted, one -> one.holder().organizationId()))
        .bind("models", texts(counted, one -> named(one.model())))
        .bind("seconds", texts(recent, Recent::secondsOrNone))
        .map(AllowanceRepository::used)
        .all()
        .collectList();
  }

  /**
   * Whose use is counted.
   *
   * @param model of this one; null: of all together
   */
  record Counted(Holder holder, @Nullable String model) {}

  /**
   * What must be known of the last minute.
   *
   * @param needed whether anything
   * @param seconds the time that is counted apart
   */
  record Recent(boolean needed, double seconds) {

    static Recent of(Quota quota) {
      return new Recent(quota.isOfAMinuteOrLess(), quota.refill());
    }

    Recent and(Recent other) {
      return new Recent(needed || other.needed, Math.max(seconds, other.seconds));
    }

    private String secondsOrNone() {
      return needed ? Double.toString(seconds) : "";
    }
  }

  private static Used used(Readable row) {
    return new Used(
        number(row, "recent"),
        number(row, "minute"),
        number(row, "input_of_minute"),
        number(row, "output_of_minute"),
        number(row, "hour"),
        number(row, "day"),
        number(row, "tokens_of_day"));
  }

  private static long number(Readable row, String column) {
    return Rows.required(row, column, Long.class);
  }

  private static String named(@Nullable String model) {
    return model == null ? "" : model;
  }

  private static <T> String[] texts(List<T> values, Function<T, String> text) {
    return values.stream().map(text).toArray(String[]::new);
  }
}
