package dev.tollgate.admin.usage;

import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.schema.Transactions;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Takes what gateways left in the inbox: the last use of keys and credentials, and what belongs
 * into the audit. A row is taken and its effect stored in one transaction; of several admin
 * processes one at a time does it.
 */
@Component
class InboxDrain {
  private static final int BATCH = 1_000;

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
      ), audited AS (
        INSERT INTO tollgate.audit_event
          (id, at, organization_id, project_id, event_type, action, resource_type, resource_id, actor_type,
           actor_id, ip_address, request_id, details)
        SELECT 'evt_' || right(id, 26), at, organization_id,
               coalesce(left(details ->> 'project_id', 64),
                 (SELECT k.project_ids[1] FROM tollgate.virtual_key k
                   WHERE k.id = taken.key_id AND cardinality(k.project_ids) = 1),
                 (SELECT c.project_id FROM tollgate.credential c WHERE c.id = taken.credential_id)),
               'security_alert',
               CASE kind WHEN 'credential_refused' THEN 'credential.refused' ELSE 'security.event' END,
               CASE WHEN credential_id IS NOT NULL THEN 'credential' WHEN key_id IS NOT NULL THEN 'key'
                    ELSE 'gateway' END,
               coalesce(credential_id, key_id), 'gateway', 'gateway', left(details ->> 'ip_address', 64),
               left(details ->> 'request_id', 128),
               CASE jsonb_typeof(details) WHEN 'object' THEN details - '{project_id,ip_address,request_id}'::text[]
                    ELSE '{}' END
          FROM taken
         WHERE kind IN ('credential_refused', 'security_event')
        ON CONFLICT (id) DO NOTHING
      )
      SELECT count(*) AS taken FROM taken
      """;

  private final DatabaseClient database;
  private final Transactions transactions;

  InboxDrain(DatabaseClient database, Transactions transactions) {
    this.database = database;
    this.transactions = transactions;
  }

  /** Takes all there is; emits nothing. */
  Mono<Void> drain() {
    return batch().repeat().takeWhile(taken -> taken == BATCH).then();
  }

  private Mono<Long> batch() {
    return transactions.inOne(
        database
            .sql("SELECT pg_try_advisory_xact_lock(:lock) AS locked")
            .bind("lock", LOCK)
            .map(row -> Rows.required(row, "locked", Boolean.class))
            .one()
            .flatMap(locked -> locked ? take() : Mono.just(0L)));
  }

  private Mono<Long> take() {
    return database
        .sql(DRAIN)
        .bind("batch", BATCH)
        .map(row -> Rows.required(row, "taken", Long.class))
        .one();
  }
}
