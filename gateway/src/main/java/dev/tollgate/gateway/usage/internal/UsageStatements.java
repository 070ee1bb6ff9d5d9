package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.usage.AccessEvent;
import dev.tollgate.gateway.usage.EventIds;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageEvent;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** One statement a batch: every column goes as one array, which PostgreSQL unnests into rows. */
final class UsageStatements {

  private static final String INSERT_USAGE =
      """
      INSERT INTO gateway_v1.usage_event
             (id, started_at, finished_at, request_id, organization_id, project_id, key_id, token_jti, environment,
              service_id, service, provider, protocol, operation, model, resolved_model, status, outcome, error_code,
              streamed, input_tokens, output_tokens, cached_tokens, reasoning_tokens, cache_write_tokens, latency_ms,
              time_to_first_token_ms, attempts, cost_micro_usd, price_version, unpriced, metadata)
      SELECT id, started_at, finished_at, request_id, organization_id, project_id, key_id, token_jti, environment,
             service_id, service, provider, protocol, operation, model, resolved_model, status, outcome, error_code,
             streamed, input_tokens, output_tokens, cached_tokens, reasoning_tokens, cache_write_tokens, latency_ms,
             time_to_first_token_ms, attempts, cost_micro_usd, price_version, cost_micro_usd IS NULL, metadata::jsonb
        FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
                    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
                    $15::text[], $16::text[], $17::int[], $18::text[], $19::text[], $20::bool[], $21::bigint[],
                    $22::bigint[], $23::bigint[], $24::bigint[], $25::bigint[], $26::bigint[], $27::bigint[],
                    $28::int[], $29::bigint[], $30::text[], $31::text[])
          AS row(id, started_at, finished_at, request_id, organization_id, project_id, key_id, token_jti, environment,
                 service_id, service, provider, protocol, operation, model, resolved_model, status, outcome,
                 error_code, streamed, input_tokens, output_tokens, cached_tokens, reasoning_tokens,
                 cache_write_tokens, latency_ms, time_to_first_token_ms, attempts, cost_micro_usd, price_version,
                 metadata)
      ON CONFLICT (id, started_at) DO NOTHING
      """;

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

  UsageStatements(DatabaseClient database) {
    this.database = database;
  }

  Mono<Void> insertUsage(List<UsageEvent> events) {
    return new ArrayColumns<>(database.sql(INSERT_USAGE), events)
        .text(UsageEvent::id)
        .time(UsageEvent::startedAt)
        .time(UsageEvent::finishedAt)
        .text(UsageEvent::requestId)
        .text(UsageEvent::organizationId)
        .text(UsageEvent::projectId)
        .text(UsageEvent::keyId)
        .text(UsageEvent::tokenId)
        .text(UsageEvent::environment)
        .text(UsageEvent::serviceId)
        .text(UsageEvent::service)
        .text(UsageEvent::provider)
        .text(UsageEvent::protocol)
        .text(UsageEvent::operation)
        .text(UsageEvent::model)
        .text(UsageEvent::resolvedModel)
        .column(Integer[]::new, UsageEvent::status)
        .text(event -> event.outcome().id())
        .text(UsageEvent::errorCode)
        .column(Boolean[]::new, UsageEvent::streamed)
        .column(Long[]::new, event -> tokens(event, TokenUsage::input))
        .column(Long[]::new, event -> tokens(event, TokenUsage::output))
        .column(Long[]::new, event -> tokens(event, TokenUsage::cached))
        .column(Long[]::new, event -> tokens(event, TokenUsage::reasoning))
        .column(Long[]::new, event -> tokens(event, TokenUsage::cacheWrite))
        .column(Long[]::new, UsageEvent::latencyMillis)
        .column(Long[]::new, UsageEvent::timeToFirstTokenMillis)
        .column(Integer[]::new, UsageEvent::attempts)
        .column(Long[]::new, event -> event.charge() == null ? null : event.charge().microUsd())
        .text(event -> event.charge() == null ? null : event.charge().priceVersion())
        .text(UsageEvent::metadata)
        .execute();
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

  private static @Nullable Long tokens(UsageEvent event, ToLongFunction<TokenUsage> count) {
    TokenUsage usage = event.usage();
    return usage == null ? null : (Long) count.applyAsLong(usage);
  }
}
