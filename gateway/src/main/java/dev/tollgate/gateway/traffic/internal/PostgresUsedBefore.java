package dev.tollgate.gateway.traffic.internal;

import dev.tollgate.gateway.traffic.CounterKey;
import dev.tollgate.gateway.traffic.UsedBefore;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;

/** Sums of the usage rows by hour. */
final class PostgresUsedBefore implements UsedBefore {

  private static final String USED =
      """
      SELECT requests_of_hour, requests_of_day, tokens_of_day FROM gateway_v1.used($1, $2, $3, $4, $5)
      """;

  private final DatabaseClient database;

  PostgresUsedBefore(DatabaseClient database) {
    this.database = database;
  }

  @Override
  public Mono<Used> used(CounterKey key, Instant at) {
    GenericExecuteSpec statement =
        database.sql(USED).bind(0, key.subject().kind().id()).bind(1, key.subject().id());
    return bind(statement, 2, key.model())
        .bind(3, since(at, ChronoUnit.HOURS))
        .bind(4, since(at, ChronoUnit.DAYS))
        .map(row ->
            new Used(
                amount(row.get("requests_of_hour", Long.class)),
                amount(row.get("requests_of_day", Long.class)),
                amount(row.get("tokens_of_day", Long.class))))
        .one();
  }

  private static GenericExecuteSpec bind(
      GenericExecuteSpec statement, int index, @Nullable String value) {
    return value == null ? statement.bindNull(index, String.class) : statement.bind(index, value);
  }

  private static OffsetDateTime since(Instant at, ChronoUnit unit) {
    return at.truncatedTo(unit).atOffset(ZoneOffset.UTC);
  }

  private static long amount(@Nullable Long value) {
    if (value == null) {
      throw new IllegalStateException("the database answered without a sum");
    }
    return value;
  }
}
