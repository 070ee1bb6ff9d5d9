package dev.tollgate.gateway.ledger.internal;

import dev.tollgate.gateway.ledger.BudgetKey;
import dev.tollgate.gateway.ledger.BudgetStore;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
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
        FROM gateway_v1.lease($1, $2, $3, $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::bigint[],
                              $9::bigint[], $10::bigint[], $11::bigint[])
       ORDER BY ordinal
      """;
  private static final String HOLD =
      """
      SELECT gateway_v1.hold($1, $2, $3, $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::bigint[])
      """;
  private static final String RECALL =
      "SELECT gateway_v1.recall($5, $1, $2::text, $3, $4::timestamptz)";
  private static final String IS_GIVEN_BACK =
      "SELECT gateway_v1.is_given_back($1, $2::text, $3, $4::timestamptz) AS given_back";
  private static final String TAKE_OVER = "SELECT gateway_v1.take_over($1, $2)";
  private static final String HOLD_NOTHING = "SELECT gateway_v1.hold_nothing($1, $2)";

  private static final Duration LOOKS_EVERY = Duration.ofMillis(20);

  /** One that does not answer by then is frozen, or gone. */
  private static final Duration GIVES_BACK_WITHIN = Duration.ofMillis(600);

  private final DatabaseClient database;
  private final String replica;

  /** No other has it, of whatever gateway. */
  private final String process = UUID.randomUUID().toString();

  /** By their order what was carried out late is told from what is newer. */
  private final AtomicLong calls = new AtomicLong();

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
            .bind(7, amounts(asks, Ask::limit))
            .bind(8, amounts(asks, Ask::need))
            .bind(9, amounts(asks, Ask::waiting))
            .bind(10, amounts(asks, Ask::want))
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
        .bind(7, amounts(held, Held::amount))
        .then();
  }

  @Override
  public Mono<Void> recall(BudgetKey budget) {
    Mono<Boolean> givenBack =
        budget(database.sql(IS_GIVEN_BACK), budget)
            .map(row -> Boolean.TRUE.equals(row.get("given_back", Boolean.class)))
            .one();
    return budget(database.sql(RECALL).bind(4, replica), budget)
        .then()
        .then(
            givenBack
                .filter(done -> done)
                .repeatWhenEmpty(times -> times.delayElements(LOOKS_EVERY))
                .take(GIVES_BACK_WITHIN))
        .then();
  }

  private static GenericExecuteSpec budget(GenericExecuteSpec statement, BudgetKey budget) {
    String model = budget.model();
    GenericExecuteSpec bound =
        statement
            .bind(0, budget.subject().toString())
            .bind(2, budget.period().id())
            .bind(3, budget.startsAt().atOffset(ZoneOffset.UTC));
    return model == null ? bound.bindNull(1, String.class) : bound.bind(1, model);
  }

  @Override
  public Mono<Void> takeOver() {
    return Mono.defer(() ->
        isTakenOver
            ? Mono.empty()
            : database
                .sql(TAKE_OVER)
                .bind(0, replica)
                .bind(1, process)
                .then()
                .doOnSuccess(done -> {
                  isTakenOver = true;
                  takenOver.tryEmitEmpty();
                }));
  }

  @Override
  public Mono<Void> holdNothing() {
    return database.sql(HOLD_NOTHING).bind(0, replica).bind(1, process).then();
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
        .bind(1, process)
        .bind(2, calls.incrementAndGet())
        .bind(3, subjects)
        .bind(4, models)
        .bind(5, periods)
        .bind(6, starts);
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
