package dev.tollgate.gateway.ledger.internal;

import dev.tollgate.gateway.ledger.BudgetKey;
import dev.tollgate.gateway.ledger.BudgetStore;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The ledger in PostgreSQL, one call each. */
final class PostgresBudgets implements BudgetStore {

  private static final String LEASE =
      """
      SELECT granted, taken, recallable
        FROM gateway_v1.lease($1, $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::bigint[],
                              $8::bigint[], $9::bigint[])
       ORDER BY ordinal
      """;
  private static final String HOLD =
      "SELECT gateway_v1.hold($1, $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[])";
  private static final String RECALL =
      "SELECT gateway_v1.recall($1, $2, $3::text, $4, $5::timestamptz)";
  private static final String HOLD_NOTHING =
      "SELECT gateway_v1.hold($1, NULL, NULL, NULL, NULL, NULL)";

  /** A notification, a look at what is free there, and its way back. */
  private static final Duration GIVES_BACK_WITHIN = Duration.ofMillis(250);

  private final DatabaseClient database;
  private final String replica;
  private final Sinks.Empty<Void> takenOver = Sinks.empty();
  private volatile boolean isTakenOver;

  PostgresBudgets(DatabaseClient database, String replica) {
    this.database = database;
    this.replica = replica;
  }

  @Override
  public Mono<List<Grant>> lease(List<Ask> asks) {
    Mono<List<Grant>> grants =
        budgets(database.sql(LEASE), asks, Ask::budget)
            .bind(5, amounts(asks, Ask::limit))
            .bind(6, amounts(asks, Ask::need))
            .bind(7, amounts(asks, Ask::waiting))
            .bind(8, amounts(asks, Ask::want))
            .map(row ->
                new Grant(
                    amount(row.get("granted", Long.class)),
                    amount(row.get("taken", Long.class)),
                    Boolean.TRUE.equals(row.get("recallable", Boolean.class))))
            .all()
            .collectList();
    return isTakenOver ? grants : takenOver.asMono().then(grants);
  }

  @Override
  public Mono<Void> hold(List<Held> held) {
    return budgets(database.sql(HOLD), held, Held::budget)
        .bind(5, amounts(held, Held::amount))
        .then();
  }

  @Override
  public Mono<Void> recall(BudgetKey budget) {
    GenericExecuteSpec statement =
        database
            .sql(RECALL)
            .bind(0, replica)
            .bind(1, budget.subject().toString())
            .bind(3, budget.period().id())
            .bind(4, budget.startsAt().atOffset(ZoneOffset.UTC));
    String model = budget.model();
    return (model == null ? statement.bindNull(2, String.class) : statement.bind(2, model))
        .then()
        .then(Mono.delay(GIVES_BACK_WITHIN))
        .then();
  }

  @Override
  public Mono<Void> takeOver() {
    return Mono.defer(() ->
        isTakenOver
            ? Mono.empty()
            : holdNothing()
                .doOnSuccess(done -> {
                  isTakenOver = true;
                  takenOver.tryEmitEmpty();
                }));
  }

  @Override
  public Mono<Void> holdNothing() {
    return database.sql(HOLD_NOTHING).bind(0, replica).then();
  }

  private <T> GenericExecuteSpec budgets(
      GenericExecuteSpec statement, List<T> rows, Function<T, BudgetKey> key) {
    int size = rows.size();
    String[] subjects = new String[size];
    @Nullable String[] models = new @Nullable String[size];
    String[] periods = new String[size];
    OffsetDateTime[] starts = new OffsetDateTime[size];
    for (int i = 0; i < size; i++) {
      BudgetKey budget = key.apply(rows.get(i));
      subjects[i] = budget.subject().toString();
      models[i] = budget.model();
      periods[i] = budget.period().id();
      starts[i] = budget.startsAt().atOffset(ZoneOffset.UTC);
    }
    return statement
        .bind(0, replica)
        .bind(1, subjects)
        .bind(2, models)
        .bind(3, periods)
        .bind(4, starts);
  }

  private static <T> Long[] amounts(List<T> rows, ToLongFunction<T> amount) {
    return rows.stream().map(amount::applyAsLong).toArray(Long[]::new);
  }

  private static long amount(@Nullable Long value) {
    if (value == null) {
      throw new IllegalStateException("the ledger answered without an amount");
    }
    return value;
  }
}
