package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.usage.AccessEvent;
import dev.tollgate.gateway.usage.EventIds;
import dev.tollgate.gateway.usage.InboxEvent;
import java.util.List;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** One statement a batch: every column goes as one array, which PostgreSQL unnests into rows. */
final class UsageStatements {

  private static final String STORE_USAGE = "SELECT gateway_v1.store_usage($1, $2::json)";

  private static final String INSERT_INBOX =
      """
      INSERT INTO gateway_v1.inbox (id, at, kind, organization_id, key_id, credential_id, details)
      SELECT id, at, kind, organization_id, key_id, credential_id, details::jsonb
        FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
          AS row(id, at, kind, organization_id, key_id, credential_id, details)
      """;

  private static final String INSERT_ACCESS =
      """
      INSERT INTO gateway_v1.access_event
             (id, at, request_id, organization_id, project_id, caller_type, caller_id, ip_address, outcome, details)
      SELECT id, at, request_id, organization_id, project_id, caller_type, caller_id, ip_address, outcome, details::jsonb
        FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                    $8::text[], $9::text[], $10::text[])
          AS row(id, at, request_id, organization_id, project_id, caller_type, caller_id, ip_address, outcome, details)
      ON CONFLICT (id) DO NOTHING
      """;

  private final DatabaseClient database;
  private final RowArray rowArray = new RowArray();

  UsageStatements(DatabaseClient database) {
    this.database = database;
  }

  /**
   * Stores usage rows and turns what they cost into spent, in one transaction.
   *
   * @param replica who leased what they cost
   * @param rows as {@link UsageRow} writes them
   */
  Mono<Void> storeUsage(String replica, List<byte[]> rows) {
    return database.sql(STORE_USAGE).bind(0, replica).bind(1, rowArray.of(rows)).then();
  }

  Mono<Void> insertInbox(List<InboxEvent> events) {
    return new ArrayColumns<>(database.sql(INSERT_INBOX), events)
        .text(event -> EventIds.next("evt_", event.at()))
        .time(InboxEvent::at)
        .text(event -> event.kind().id())
        .text(InboxEvent::organizationId)
        .text(InboxEvent::keyId)
        .text(InboxEvent::credentialId)
        .json(InboxEvent::details)
        .execute();
  }

  Mono<Void> insertAccess(List<AccessEvent> events) {
    return new ArrayColumns<>(database.sql(INSERT_ACCESS), events)
        .text(AccessEvent::id)
        .time(AccessEvent::at)
        .text(AccessEvent::requestId)
        .text(AccessEvent::organizationId)
        .text(AccessEvent::projectId)
        .text(event -> event.ofKey() ? "virtual_key" : "project_token")
        .text(AccessEvent::callerId)
        .text(AccessEvent::ipAddress)
        .text(event -> event.outcome().id())
        .json(AccessEvent::details)
        .execute();
  }
}
