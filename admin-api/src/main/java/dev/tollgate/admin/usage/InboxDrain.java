package dev.tollgate.admin.usage;

import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.schema.Transactions;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Takes what gateways left in the inbox: the last use of keys and credentials, from where keys are
 * used and how often they are refused, and what belongs into the audit. A row is taken and its
 * effect stored in one transaction; of several admin processes one at a time does it.
 */
@Component
class InboxDrain {
  private static final int BATCH = 1_000;

  /** Of a key; where it is used from so many, new ones are neither noted nor told. */
  private static final int MOST_PLACES = 5_000;

  /** Any number that nothing else locks: "inbox" in ASCII. */
  private static final long LOCK = 0x696e626f78L;

  // A gateway's clock may be ahead; a time to come would stand as the last use until then.
  private static final String DRAIN =
      """
      WITH taken AS (
        DELETE FROM tollgate.inbox
         WHERE id IN (SELECT id FROM tollgate.inbox ORDER BY at, id LIMIT :batch)
        RETURNING id, least(at, now()) AS at, kind, organization_id, key_id, credential_id, details
      ), used AS (
        INSERT INTO tollgate.last_use AS known (subject_id, last_used_at)
        SELECT subject, max(at)
          FROM (SELECT at, CASE kind WHEN 'key_used' THEN key_id
                                     WHEN 'credential_used' THEN credential_id END AS subject
                  FROM taken) uses
         WHERE subject IS NOT NULL
         GROUP BY subject
        ON CONFLICT (subject_id) DO UPDATE SET last_used_at = greatest(known.last_used_at, excluded.last_used_at)
      ), seen AS (
        INSERT INTO tollgate.key_place AS known
          (key_id, kind, place, first_seen_at, last_seen_at, ip_address, request_id, settled)
        SELECT DISTINCT ON (told.key_id, p.kind, p.place) told.key_id, p.kind, left(p.place, 64), told.at, told.at,
               left(told.details ->> 'ip_address', 64), left(told.details ->> 'request_id', 128),
               NOT EXISTS (SELECT FROM tollgate.key_place k WHERE k.key_id = told.key_id AND k.kind = p.kind)
          FROM taken told
         CROSS JOIN LATERAL (VALUES ('address', told.details ->> 'place'), ('country', told.details ->> 'country'))
            AS p(kind, place)
         WHERE told.kind = 'key_seen' AND told.key_id IS NOT NULL AND p.place IS NOT NULL
           AND (EXISTS (SELECT FROM tollgate.key_place k
                         WHERE k.key_id = told.key_id AND k.kind = p.kind AND k.place = p.place)
                OR (SELECT count(*) FROM (SELECT FROM tollgate.key_place k
                                           WHERE k.key_id = told.key_id AND k.kind = p.kind LIMIT :places) held) < :places)
         ORDER BY told.key_id, p.kind, p.place, told.at
        ON CONFLICT (key_id, kind, place) DO UPDATE
           SET last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at)
      ), refused AS (
        INSERT INTO tollgate.key_refusals AS known (key_id, since, refusals, ip_address, request_id)
        SELECT key_id, date_bin('10 s', at, 'epoch') AS since,
               sum(CASE jsonb_typeof(details -> 'count') WHEN 'number' THEN (details ->> 'count')::numeric ELSE 1 END),
               left(max(details ->> 'ip_address'), 64), left(max(details ->> 'request_id'), 128)
          FROM taken
         WHERE kind = 'key_refused' AND key_id IS NOT NULL
         GROUP BY 1, 2
        ON CONFLICT (key_id, since) DO UPDATE
           SET refusals = known.refusals + excluded.refusals, ip_address = excluded.ip_address,
               request_id = excluded.request_id
      ), found AS (
        INSERT INTO tollgate.finding AS known (subject_id, reason, told_at)
        SELECT subject, reason, min(at)
          FROM (SELECT at, coalesce(key_id, details ->> 'project_id', organization_id) AS subject,
                       left(details ->> 'reason', 64) AS reason
                  FROM taken WHERE kind = 'security_event') events
         WHERE subject IS NOT NULL AND reason IS NOT NULL
         GROUP BY subject, reason
        ON CONFLICT (subject_id, reason) DO UPDATE SET told_at = excluded.told_at
         WHERE known.told_at < excluded.told_at - make_interval(secs => :window)
        RETURNING subject_id, reason
      ), events AS (
        SELECT * FROM taken
         WHERE kind = 'credential_refused' OR (kind = 'security_event' AND details ->> 'reason' IS NULL)
        UNION ALL
        (SELECT DISTINCT ON (found.subject_id, found.reason) taken.*
           FROM taken
           JOIN found ON found.subject_id = coalesce(taken.key_id, taken.details ->> 'project_id', taken.organization_id)
                     AND found.reason = left(taken.details ->> 'reason', 64)
          WHERE taken.kind = 'security_event'
          ORDER BY found.subject_id, found.reason, taken.at)
      ), audited AS (
        INSERT INTO tollgate.audit_event
          (id, at, organization_id, project_id, event_type, action, resource_type, resource_id, actor_type,
           actor_id, ip_address, request_id, details)
        SELECT 'evt_' || right(id, 26), at, organization_id,
               coalesce(left(details ->> 'project_id', 64),
                 (SELECT k.project_ids[1] FROM tollgate.virtual_key k
                   WHERE k.id = events.key_id AND cardinality(k.project_ids) = 1),
                 (SELECT c.project_id FROM tollgate.credential c WHERE c.id = events.credential_id)),
               'security_alert',
               CASE kind WHEN 'credential_refused' THEN 'credential.refused' ELSE 'security.event' END,
               CASE WHEN credential_id IS NOT NULL THEN 'credential' WHEN key_id IS NOT NULL THEN 'key'
                    ELSE 'gateway' END,
               coalesce(credential_id, key_id), 'gateway', 'gateway', left(details ->> 'ip_address', 64),
               left(details ->> 'request_id', 128),
               CASE jsonb_typeof(details) WHEN 'object' THEN details - '{project_id,ip_address,request_id}'::text[]
                    ELSE '{}' END
          FROM events
        ON CONFLICT (id) DO NOTHING
      )
      SELECT count(*) AS taken FROM taken
      """;

  private final DatabaseClient database;
  private final Transactions transactions;
  private final SuspiciousUse suspicions;
  private final SuspicionProperties properties;

  InboxDrain(
      DatabaseClient database,
      Transactions transactions,
      SuspiciousUse suspicions,
      SuspicionProperties properties) {
    this.database = database;
    this.transactions = transactions;
    this.suspicions = suspicions;
    this.properties = properties;
  }

  /** Takes all there is, and tells what of it is suspicious; emits nothing. */
  Mono<Void> drain() {
    return alone(take())
        .repeat()
        .takeWhile(taken -> taken == BATCH)
        .then(alone(suspicions.tell().thenReturn(0L)))
        .then();
  }

  private Mono<Long> alone(Mono<Long> work) {
    return transactions.inOne(
        database
            .sql("SELECT pg_try_advisory_xact_lock(:lock) AS locked")
            .bind("lock", LOCK)
            .map(row -> Rows.required(row, "locked", Boolean.class))
            .one()
            .flatMap(locked -> locked ? work : Mono.just(0L)));
  }

  private Mono<Long> take() {
    return database
        .sql(DRAIN)
        .bind("batch", BATCH)
        .bind("places", MOST_PLACES)
        .bind("window", (double) properties.window().toSeconds())
        .map(row -> Rows.required(row, "taken", Long.class))
        .one();
  }
}
