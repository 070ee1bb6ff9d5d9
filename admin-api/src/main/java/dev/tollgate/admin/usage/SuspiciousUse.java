package dev.tollgate.admin.usage;

import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds suspicious use in what all gateways told, and puts it into the audit: places that a key was
 * never used from before, bursts of refusals, and spending far above what is usual. What is found
 * while an alert of the same key and reason is young waits for the next one, which names it too.
 */
@Component
class SuspiciousUse {

  /** Places that an alert names; of more it gives the number. */
  private static final int NAMED = 20;

  private static final String NEW_PLACES =
      """
      WITH due AS (
        INSERT INTO tollgate.finding AS known (subject_id, reason, told_at)
        SELECT DISTINCT p.key_id, 'new_' || p.kind, now() FROM tollgate.key_place p WHERE NOT p.settled
        ON CONFLICT (subject_id, reason) DO UPDATE SET told_at = excluded.told_at
         WHERE known.told_at < excluded.told_at - make_interval(secs => :window)
        RETURNING subject_id, reason
      ), told AS (
        UPDATE tollgate.key_place p SET settled = true
          FROM due
         WHERE NOT p.settled AND p.key_id = due.subject_id AND 'new_' || p.kind = due.reason
        RETURNING p.key_id, due.reason, p.place, p.first_seen_at, p.ip_address, p.request_id
      )
      SELECT told.key_id, told.reason, count(*) AS number,
             array_agg(told.place ORDER BY told.first_seen_at) AS places,
             (array_agg(told.ip_address ORDER BY told.first_seen_at))[1] AS ip_address,
             (array_agg(told.request_id ORDER BY told.first_seen_at))[1] AS request_id,
             k.organization_id, CASE cardinality(k.project_ids) WHEN 1 THEN k.project_ids[1] END AS project_id
        FROM told JOIN tollgate.virtual_key k ON k.id = told.key_id
       GROUP BY told.key_id, told.reason, k.organization_id, k.project_ids
      """;

  /**
   * In the time that the events have: an inbox that was not read for a while holds them as well.
   */
  private static final String BURSTS =
      """
      WITH minutes AS (
        SELECT key_id, since, ip_address, request_id,
               sum(refusals) OVER (PARTITION BY key_id ORDER BY since
                                   RANGE BETWEEN INTERVAL '50 s' PRECEDING AND CURRENT ROW) AS refusals
          FROM tollgate.key_refusals
      ), bursts AS (
        SELECT DISTINCT ON (key_id) * FROM minutes WHERE refusals >= :refusals ORDER BY key_id, since DESC
      ), due AS (
        INSERT INTO tollgate.finding AS known (subject_id, reason, told_at)
        SELECT key_id, 'refusal_burst', since FROM bursts
        ON CONFLICT (subject_id, reason) DO UPDATE SET told_at = excluded.told_at
         WHERE known.told_at < excluded.told_at - make_interval(secs => :window)
        RETURNING subject_id, reason
      )
      SELECT due.subject_id AS key_id, due.reason, bursts.refusals::bigint AS number, NULL::text[] AS places,
             bursts.ip_address, bursts.request_id, k.organization_id,
             CASE cardinality(k.project_ids) WHEN 1 THEN k.project_ids[1] END AS project_id
        FROM due
        JOIN bursts ON bursts.key_id = due.subject_id
        JOIN tollgate.virtual_key k ON k.id = due.subject_id
      """;

  /**
   * What a key has spent in this hour, against the median of the hours of seven days in which it
   * spent anything; a key that has spent in a few hours only has nothing usual yet.
   */
  private static final String SPENDING =
      """
      WITH hot AS (
        SELECT h.key_id, sum(h.cost_micro_usd) AS cost
          FROM tollgate.usage_hour h
          JOIN tollgate.virtual_key k ON k.id = h.key_id
          LEFT JOIN tollgate.team t ON t.id = k.team_id
          JOIN tollgate.project p ON p.id = h.project_id
          JOIN tollgate.organization o ON o.id = h.organization_id
         WHERE h.hour = date_trunc('hour', now(), 'UTC') AND h.cost_micro_usd > 0
           AND '{"security":{"audit":{"alert_on_suspicious":true}}}'::jsonb
               <@ ANY (ARRAY[coalesce(k.effective_policy, k.policy), t.policy, p.policy, o.policy])
         GROUP BY h.key_id
      ), usual AS (
        SELECT key_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY cost) AS median
          FROM (SELECT h.key_id, h.hour, sum(h.cost_micro_usd) AS cost
                  FROM tollgate.usage_hour h JOIN hot USING (key_id)
                 WHERE h.hour < date_trunc('hour', now(), 'UTC')
                   AND h.hour >= date_trunc('hour', now(), 'UTC') - interval '7 days'
                 GROUP BY 1, 2 HAVING sum(h.cost_micro_usd) > 0) hours
         GROUP BY key_id HAVING count(*) >= 6
      ), due AS (
        INSERT INTO tollgate.finding AS known (subject_id, reason, told_at)
        SELECT key_id, 'spend_rate', now() FROM hot JOIN usual USING (key_id) WHERE hot.cost > 10 * usual.median
        ON CONFLICT (subject_id, reason) DO UPDATE SET told_at = excluded.told_at
         WHERE known.told_at < excluded.told_at - make_interval(secs => :window)
        RETURNING subject_id, reason
      )
      SELECT due.subject_id AS key_id, due.reason, hot.cost::bigint AS number, NULL::text[] AS places,
             NULL::text AS ip_address, NULL::text AS request_id, k.organization_id,
             CASE cardinality(k.project_ids) WHEN 1 THEN k.project_ids[1] END AS project_id
        FROM due
        JOIN hot ON hot.key_id = due.subject_id
        JOIN tollgate.virtual_key k ON k.id = due.subject_id
      """;

  private static final String INSERT =
      """
      INSERT INTO tollgate.audit_event (id, organization_id, project_id, event_type, action, resource_type,
        resource_id, actor_type, actor_id, ip_address, request_id, details)
      VALUES (:id, :organization, :project, 'security_alert', 'key.suspicious', 'key', :key, 'gateway', 'gateway',
        :address, :request, :details)\
      """;

  private final DatabaseClient database;
  private final Jsonb jsonb;
  private final Ids ids;
  private final SuspicionProperties properties;
  private final Clock clock;
  private volatile Instant spendingSeen = Instant.EPOCH;

  SuspiciousUse(
      DatabaseClient database, Jsonb jsonb, Ids ids, SuspicionProperties properties, Clock clock) {
    this.database = database;
    this.jsonb = jsonb;
    this.ids = ids;
    this.properties = properties;
    this.clock = clock;
  }

  private record Finding(
      String keyId,
      String organizationId,
      @Nullable String projectId,
      @Nullable String address,
      @Nullable String requestId,
      Map<String, ?> details) {}

  /** To be called by one process at a time, in a transaction. */
  Mono<Void> tell() {
    return Flux.concat(found(newPlaces()), found(bursts()), spending())
        .collectList()
        .flatMapIterable(findings -> findings)
        .concatMap(this::write)
        .then();
  }

  private GenericExecuteSpec newPlaces() {
    return database.sql(NEW_PLACES);
  }

  private GenericExecuteSpec bursts() {
    return database.sql(BURSTS).bind("refusals", properties.refusals());
  }

  /** Hours change slowly, and are many. */
  private Flux<Finding> spending() {
    Instant now = clock.instant();
    if (now.isBefore(spendingSeen.plus(properties.spendingEvery()))) {
      return Flux.empty();
    }
    spendingSeen = now;
    return found(database.sql(SPENDING));
  }

  private Flux<Finding> found(GenericExecuteSpec statement) {
    return statement
        .bind("window", (double) properties.window().toSeconds())
        .map(SuspiciousUse::finding)
        .all();
  }

  private static Finding finding(Readable row) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("reason", Rows.text(row, "reason"));
    String counted = Rows.text(row, "reason").equals("spend_rate") ? "cost_micro_usd" : "count";
    details.put(counted, Rows.required(row, "number", Long.class));
    List<String> places = Rows.texts(row, "places");
    if (!places.isEmpty()) {
      details.put("places", places.subList(0, Math.min(NAMED, places.size())));
    }
    return new Finding(
        Rows.text(row, "key_id"),
        Rows.text(row, "organization_id"),
        row.get("project_id", String.class),
        row.get("ip_address", String.class),
        row.get("request_id", String.class),
        details);
  }

  private Mono<Void> write(Finding finding) {
    GenericExecuteSpec statement =
        database
            .sql(INSERT)
            .bind("id", ids.next("evt"))
            .bind("organization", finding.organizationId())
            .bind("key", finding.keyId())
            .bind("details", jsonb.of(finding.details()));
    statement = Rows.bind(statement, "project", finding.projectId(), String.class);
    statement = Rows.bind(statement, "address", finding.address(), String.class);
    return Rows.bind(statement, "request", finding.requestId(), String.class).then();
  }
}
