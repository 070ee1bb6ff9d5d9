package dev.tollgate.gateway.usage.internal;

import dev.tollgate.gateway.usage.EventIds;
import dev.tollgate.gateway.usage.InboxEvent;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.UsageEvent;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
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
              time_to_first_token_ms, attempts, unpriced, metadata)
      SELECT id, started_at, finished_at, request_id, organization_id, project_id, key_id, token_jti, environment,
             service_id, service, provider, protocol, operation, model, resolved_model, status, outcome, error_code,
             streamed, input_tokens, output_tokens, cached_tokens, reasoning_tokens, cache_write_tokens, latency_ms,
             time_to_first_token_ms, attempts, true, metadata::jsonb
        FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
                    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
                    $15::text[], $16::text[], $17::int[], $18::text[], $19::text[], $20::bool[], $21::bigint[],
                    $22::bigint[], $23::bigint[], $24::bigint[], $25::bigint[], $26::bigint[], $27::bigint[],
                    $28::int[], $29::text[])
          AS row(id, started_at, finished_at, request_id, organization_id, project_id, key_id, token_jti, environment,
                 service_id, service, provider, protocol, operation, model, resolved_model, status, outcome,
                 error_code, streamed, input_tokens, output_tokens, cached_tokens, reasoning_tokens,
                 cache_write_tokens, latency_ms, time_to_first_token_ms, attempts, metadata)
      ON CONFLICT (id) DO NOTHING
      """;

  private static final String INSERT_INBOX =
      """
      INSERT INTO gateway_v1.inbox (id, at, kind, organization_id, key_id, credential_id)
      SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[])
      """;

  private final DatabaseClient database;

  UsageStatements(DatabaseClient database) {
    this.database = database;
  }

  Mono<Void> insertUsage(List<UsageEvent> events) {
    return new Columns<>(database.sql(INSERT_USAGE), events)
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
        .tokens(TokenUsage::input)
        .tokens(TokenUsage::output)
        .tokens(TokenUsage::cached)
        .tokens(TokenUsage::reasoning)
        .tokens(TokenUsage::cacheWrite)
        .column(Long[]::new, UsageEvent::latencyMillis)
        .column(Long[]::new, UsageEvent::timeToFirstTokenMillis)
        .column(Integer[]::new, UsageEvent::attempts)
        .text(UsageEvent::metadata)
        .execute();
  }

  Mono<Void> insertInbox(List<InboxEvent> events) {
    return new Columns<>(database.sql(INSERT_INBOX), events)
        .text(event -> EventIds.next("evt_", event.at()))
        .time(InboxEvent::at)
        .text(event -> event.kind().id())
        .text(InboxEvent::organizationId)
        .text(InboxEvent::keyId)
        .text(InboxEvent::credentialId)
        .execute();
  }

  /** Binds one array after the other. */
  private static final class Columns<T> {

    private final List<T> rows;
    private DatabaseClient.GenericExecuteSpec statement;
    private int column;

    Columns(DatabaseClient.GenericExecuteSpec statement, List<T> rows) {
      this.statement = statement;
      this.rows = rows;
    }

    <C> Columns<T> column(
        java.util.function.IntFunction<@Nullable C[]> array, Function<T, @Nullable C> value) {
      @Nullable C[] values = array.apply(rows.size());
      for (int i = 0; i < values.length; i++) {
        values[i] = value.apply(rows.get(i));
      }
      statement = statement.bind(column++, values);
      return this;
    }

    Columns<T> text(Function<T, @Nullable String> value) {
      return column(String[]::new, row -> storable(value.apply(row)));
    }

    /** PostgreSQL's text holds every character but this one, which a provider may still send. */
    private static @Nullable String storable(@Nullable String text) {
      return text == null ? null : text.replace('\0', '\uFFFD');
    }

    Columns<T> time(Function<T, Instant> value) {
      return column(
          OffsetDateTime[]::new, row -> OffsetDateTime.ofInstant(value.apply(row), ZoneOffset.UTC));
    }

    @SuppressWarnings("unchecked") // only called for usage events
    Columns<T> tokens(ToLongFunction<TokenUsage> count) {
      return column(
          Long[]::new,
          row -> {
            TokenUsage usage = ((UsageEvent) row).usage();
            return usage == null ? null : (Long) count.applyAsLong(usage);
          });
    }

    Mono<Void> execute() {
      return statement.then();
    }
  }
}
