package dev.tollgate.admin.usage;

import dev.tollgate.admin.schema.Ids;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import io.r2dbc.spi.Readable;
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
 * never used from before, and bursts of refusals. What is found while an alert of the same key and
 * reason is young waits for the next one, which names it too.
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

  SuspiciousUse(DatabaseClient database, Jsonb jsonb, Ids ids, SuspicionProperties properties) {
    this.database = database;
    this.jsonb = jsonb;
    this.ids = ids;
    this.properties = properties;
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
    return Flux.concat(found(newPlaces()), found(bursts()))
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

  private Flux<Finding> found(GenericExecuteSpec statement) {
    return statement
        .bind("window", (double) properties.window().toSeconds())
        .map(SuspiciousUse::finding)
        .all();
  }

  private static Finding finding(Readable row) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("reason", Rows.text(row, "reason"));
    details.put("count", Rows.required(row, "number", Long.class));
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
