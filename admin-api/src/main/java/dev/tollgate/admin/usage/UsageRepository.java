package dev.tollgate.admin.usage;

import dev.tollgate.admin.document.Usd;
import dev.tollgate.admin.problem.PageRequest;
import dev.tollgate.admin.schema.Jsonb;
import dev.tollgate.admin.schema.Rows;
import dev.tollgate.admin.usage.UsageFilter.StatusRange;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;

/**
 * Reads usage rows. Pages are found by position, so that the thousandth costs what the first does.
 */
@Repository
class UsageRepository {
  private static final String ROWS =
      """
      SELECT * FROM tollgate.usage_event
       WHERE {subject}
         AND (:within::text[] IS NULL OR project_id = ANY (:within))
         AND (:from::timestamptz IS NULL OR started_at >= :from)
         AND (:to::timestamptz IS NULL OR started_at < :to)
         AND (:model::text IS NULL OR model = :model OR resolved_model = :model)
         AND (:lowest::int IS NULL OR status BETWEEN :lowest AND :highest)
         AND (:before::timestamptz IS NULL OR (started_at, id) < (:before, :before_id))
       ORDER BY started_at DESC, id DESC
       LIMIT :rows
      """;

  private final DatabaseClient database;
  private final Jsonb jsonb;

  UsageRepository(DatabaseClient database, Jsonb jsonb) {
    this.database = database;
    this.jsonb = jsonb;
  }

  /** Newest first. */
  Flux<UsageRow> list(UsageSubject subject, UsageFilter filter, PageRequest page) {
    GenericExecuteSpec statement =
        database
            .sql(ROWS.replace("{subject}", subject.kind().condition()))
            .bind("subject", subject.id())
            .bind("rows", page.rowsToRead());
    statement = Rows.bind(statement, "within", array(subject.within()), String[].class);
    return bindPosition(bindFilter(statement, filter), page).map(this::read).all();
  }

  private static GenericExecuteSpec bindFilter(GenericExecuteSpec statement, UsageFilter filter) {
    StatusRange status = filter.status();
    GenericExecuteSpec bound = Rows.bind(statement, "from", filter.from(), Instant.class);
    bound = Rows.bind(bound, "to", filter.to(), Instant.class);
    bound = Rows.bind(bound, "model", filter.model(), String.class);
    bound = Rows.bind(bound, "lowest", status == null ? null : status.lowest(), Integer.class);
    return Rows.bind(bound, "highest", status == null ? null : status.highest(), Integer.class);
  }

  private static GenericExecuteSpec bindPosition(GenericExecuteSpec statement, PageRequest page) {
    String text = page.before();
    UsagePosition before = text == null ? null : UsagePosition.parse(text);
    GenericExecuteSpec bound =
        Rows.bind(statement, "before", before == null ? null : before.timestamp(), Instant.class);
    return Rows.bind(bound, "before_id", before == null ? null : before.id(), String.class);
  }

  private static String @Nullable [] array(@Nullable Set<String> values) {
    return values == null ? null : Rows.array(values);
  }

  private UsageRow read(Readable row) {
    Long cost = row.get("cost_micro_usd", Long.class);
    return new UsageRow(
        Rows.text(row, "id"),
        Rows.instant(row, "started_at"),
        Rows.text(row, "request_id"),
        row.get("key_id", String.class),
        row.get("token_jti", String.class),
        Rows.text(row, "project_id"),
        row.get("environment", String.class),
        row.get("model", String.class),
        row.get("resolved_model", String.class),
        row.get("provider", String.class),
        row.get("service", String.class),
        Rows.text(row, "operation"),
        Rows.required(row, "streamed", Boolean.class),
        Rows.number(row, "status"),
        Rows.text(row, "outcome"),
        row.get("error_code", String.class),
        tokens(row),
        Boolean.TRUE.equals(row.get("estimated", Boolean.class)),
        cost == null ? null : Usd.ofMicros(cost),
        Rows.required(row, "unpriced", Boolean.class),
        Rows.required(row, "latency_ms", Long.class),
        row.get("time_to_first_token_ms", Long.class),
        Rows.number(row, "attempts"),
        Objects.requireNonNull(jsonb.read(row, "metadata")));
  }

  private static UsageRow.Tokens tokens(Readable row) {
    return new UsageRow.Tokens(
        row.get("input_tokens", Long.class),
        row.get("output_tokens", Long.class),
        row.get("cached_tokens", Long.class),
        row.get("reasoning_tokens", Long.class));
  }
}
