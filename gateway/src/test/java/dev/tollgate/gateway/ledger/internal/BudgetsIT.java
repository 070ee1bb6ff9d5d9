package dev.tollgate.gateway.ledger.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.ledger.Budget;
import dev.tollgate.gateway.ledger.BudgetKey;
import dev.tollgate.gateway.ledger.BudgetStore;
import dev.tollgate.gateway.ledger.BudgetStore.Ask;
import dev.tollgate.gateway.ledger.BudgetStore.Grant;
import dev.tollgate.gateway.ledger.Ledger;
import dev.tollgate.gateway.ledger.Period;
import dev.tollgate.gateway.ledger.Reservation;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.policy.PolicyDocuments;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.support.TestSchema;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Several replicas and one real PostgreSQL. */
class BudgetsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Instant NOW = Instant.parse("2026-11-21T12:34:56Z");
  private static TestSchema schema;
  private static ConnectionPool pool;
  private static DatabaseClient database;

  @BeforeAll
  static void startDatabase() {
    schema = TestSchema.create();
    pool =
        new ConnectionPool(
            ConnectionPoolConfiguration.builder(schema.asGateway()).maxSize(8).build());
    database = DatabaseClient.create(pool);
  }

  @AfterAll
  static void stopDatabase() throws IOException {
    pool.dispose();
    schema.close();
  }

  /** One gateway's side. */
  private static final class Replica {
    final String name;
    final PostgresBudgets budgets;
    final Ledger ledger;

    Replica(String name) {
      this.name = name;
      this.budgets = new PostgresBudgets(database, name);
      this.ledger = new Ledger(budgets, InstantSource.fixed(NOW), () -> 0);
      budgets.takeOver().block(PATIENCE);
    }

    void store(String id, String keyId, long cost, Reservation reservation) {
      store(id, keyId, cost);
      reservation.stored();
    }

    void store(String id, String keyId, long cost) {
      store(List.of(row(id, keyId, cost)));
    }

    void store(List<String> rows) {
      database
          .sql("SELECT gateway_v1.store_usage($1, $2::json)")
          .bind(0, name)
          .bind(1, rows.toString())
          .then()
          .block(PATIENCE);
    }
  }

  private static String row(String id, String keyId, long cost) {
    return row(id, keyId, cost, NOW);
  }

  private static String row(String id, String keyId, long cost, Instant at) {
    return """
    {"id":"%s","started_at":"%s","finished_at":"%s","request_id":"req_1","organization_id":"org_1",
     "project_id":"prj_1","key_id":"%s","protocol":"openai","operation":"chat_completion","model":"gpt-4o",
     "status":200,"outcome":"completed","streamed":false,"latency_ms":5,"attempts":1,"cost_micro_usd":%d,
     "unpriced":false,"metadata":{}}\
    """
        .formatted(id, at, at, keyId, cost);
  }

  private static List<Budget> budgets(String keyId, long limit) {
    return List.of(
        new Budget(BudgetKey.at(Subject.key(keyId), null, Period.DAY, NOW), limit),
        new Budget(BudgetKey.at(Subject.key(keyId), "gpt-4o", Period.DAY, NOW), 3 * limit),
        new Budget(BudgetKey.at(Subject.project("prj_1"), null, Period.MONTH, NOW), 1L << 50));
  }

  /** As the gateway's feed of changes does. */
  private static PostgresqlConnection giveBackWhenCalled(Ledger ledger) {
    PostgresqlConnection connection =
        Objects.requireNonNull(
            Mono.from(schema.asGateway().create())
                .cast(PostgresqlConnection.class)
                .block(PATIENCE));
    connection
        .getNotifications()
        .map(told -> CalledBack.budget(String.valueOf(told.getParameter())))
        .flatMap(ledger::calledBack)
        .subscribe();
    connection.createStatement("LISTEN tollgate_recall").execute().blockLast(PATIENCE);
    return connection;
  }

  private static boolean admitted(Throwable failure) {
    assertThat(failure).isInstanceOf(RejectionException.class);
    assertThat(((RejectionException) failure).rejection().code())
        .isEqualTo(ErrorCode.INSUFFICIENT_QUOTA);
    return false;
  }

  private static List<String> ledgerOf(String keyId) {
    return schema.column(
        """
        SELECT format('%%s %%s spent %%s leased %%s overrun %%s', model, period, spent, leased, overrun)
          FROM tollgate.budget WHERE subject = 'key:%s' ORDER BY model NULLS FIRST
        """
            .formatted(keyId));
  }

  /** Rows are added up before budgets are looked for: none may count for a neighbor's. */
  @Test
  void addsRowsOfOneBatchToTheBudgetsOfEachAlone() {
    Replica replica = new Replica("mixed");
    Instant night = Instant.parse("2026-11-30T23:59:59.999999Z");
    Instant morning = Instant.parse("2026-12-01T00:00:00Z");
    String midnight = "2026-12-01T00:00:00Z";
    schema.execute(
        """
        INSERT INTO tollgate.budget (subject, model, period, starts_at, cap, spent)
        SELECT subject, model, period, starts_at::timestamptz, 1000000, 0
          FROM (VALUES ('key:key_mix', NULL, 'hour', '2026-11-30T23:00:00Z'), ('key:key_mix', NULL, 'hour', '%1$s'),
                       ('key:key_mix', NULL, 'day', '2026-11-30T00:00:00Z'), ('key:key_mix', 'gpt-4o', 'day', '%1$s'),
                       ('key:key_mix', NULL, 'month', '2026-11-01T00:00:00Z'), ('key:key_mix', NULL, 'month', '%1$s'),
                       ('key:key_mix2', NULL, 'day', '%1$s'), ('team:team_mix', NULL, 'total', 'epoch'),
                       ('team:team_mix', 'o3', 'month', '%1$s'), ('token:jti_mix', NULL, 'total', 'epoch'),
                       ('project:prj_mix', NULL, 'day', '%1$s'), ('organization:org_mix', NULL, 'hour', '%1$s'),
                       ('organization:org_mix', NULL, 'day', '2026-11-30T00:00:00Z'),
                       ('organization:org_mix', 'gpt-4o', 'month', '%1$s'))
               AS b (subject, model, period, starts_at)
        """
            .formatted(midnight));
    List<String> rows =
        List.of(
            mixed("use_mix1", night, "key_mix", "gpt-4o", 1),
            mixed("use_mix2", night, "key_mix", "o3", 10),
            mixed("use_mix3", morning, "key_mix", "gpt-4o", 100),
            mixed("use_mix4", morning, "key_mix", "gpt-4o", 1_000),
            mixed("use_mix5", morning, "key_mix", "o3", 10_000),
            mixed("use_mix6", morning, "key_mix2", "o3", 100_000),
            mixed("use_mix7", morning, "key_mix2", null, 200_000),
            mixed("use_mix8", morning, "key_mix", "gpt-4o", 0));

    replica.store(rows);
    replica.store(rows);

    assertThat(
            schema.column(
                """
                SELECT concat_ws(' ', subject, model, period, to_char(starts_at AT TIME ZONE 'UTC', 'MM-DD"T"HH24'), spent)
                  FROM tollgate.budget WHERE subject LIKE '%mix%' ORDER BY 1
                """))
        .containsExactlyInAnyOrder(
            "key:key_mix hour 11-30T23 11",
            "key:key_mix hour 12-01T00 11100",
            "key:key_mix day 11-30T00 11",
            "key:key_mix gpt-4o day 12-01T00 1100",
            "key:key_mix month 11-01T00 11",
            "key:key_mix month 12-01T00 11100",
            "key:key_mix2 day 12-01T00 300000",
            "team:team_mix total 01-01T00 311111",
            "team:team_mix o3 month 12-01T00 110000",
            "project:prj_mix day 12-01T00 311100",
            "organization:org_mix hour 12-01T00 311100",
            "organization:org_mix day 11-30T00 11",
            "organization:org_mix gpt-4o month 12-01T00 1100",
            "token:jti_mix total 01-01T00 311111");
  }

  private static String mixed(
      String id, Instant at, String keyId, @Nullable String model, long cost) {
    return """
    {"id":"%s","started_at":"%s","finished_at":"%s","request_id":"req_1","organization_id":"org_mix",
     "project_id":"prj_mix","team_id":"team_mix","token_jti":"jti_mix","key_id":"%s","protocol":"openai",
     "operation":"chat_completion","model":%s,"status":200,"outcome":"completed","streamed":false,"latency_ms":5,
     "attempts":1,"cost_micro_usd":%d,"unpriced":false,"metadata":{}}\
    """
        .formatted(id, at, at, keyId, model == null ? "null" : '"' + model + '"', cost);
  }

  /** As many as fit, whoever asks: 64 at once, on two replicas, again and again. */
  @Test
  void exactlyAsManyAreAdmittedAsFit() {
    Random random = new Random(64);
    for (int round = 0; round < 100; round++) {
      String keyId = "key_round" + round;
      long price = random.nextLong(1, 100_000);
      List<Replica> replicas = List.of(new Replica("a" + round), new Replica("b" + round));
      ConcurrentLinkedQueue<Reservation> admitted = new ConcurrentLinkedQueue<>();
      Flux.range(0, 64)
          .flatMap(
              i -> {
                Replica replica = replicas.get(i % 2);
                Reservation reservation = replica.ledger.open(budgets(keyId, 10 * price));
                return reservation
                    .extend(price)
                    .thenReturn(true)
                    .doOnNext(yes -> admitted.add(reservation))
                    .onErrorResume(failure -> Mono.just(admitted(failure)));
              },
              64)
          .blockLast(PATIENCE);
      assertThat(admitted).as("round %d", round).hasSize(10);
      admitted.forEach(reservation -> reservation.settle(0));
      replicas.forEach(replica -> giveAllBack(replica));
      assertThat(ledgerOf(keyId))
          .containsExactly(
              " day spent 0 leased 0 overrun 0", "gpt-4o day spent 0 leased 0 overrun 0");
    }
  }

  private static void giveAllBack(Replica replica) {
    replica.budgets.holdNothing().block(PATIENCE);
  }

  @Test
  void whatIsLeftIsAdmittedOnTheOtherReplica() {
    String keyId = "key_left";
    Replica one = new Replica("one_left");
    Replica other = new Replica("other_left");
    Reservation first = one.ledger.open(budgets(keyId, 10));
    first.extend(10).block(PATIENCE);
    first.settle(4);
    one.store("use_left", keyId, 4, first);
    one.ledger.giveBack().block(PATIENCE);
    Reservation second = other.ledger.open(budgets(keyId, 10));
    second.extend(6).block(PATIENCE);
    assertThat(second.amount()).isEqualTo(6);
  }

  /** Whatever was leased under the old one, by whichever replica. */
  @Test
  void nothingMoreIsLetInUnderALoweredLimitUntilWhatIsSpentIsBelowIt() {
    String keyId = "key_lowered";
    Replica one = new Replica("one_lowered");
    Replica other = new Replica("other_lowered");
    Reservation spent = one.ledger.open(budgets(keyId, 1_000_000));
    spent.extend(30_000).block(PATIENCE);
    spent.settle(10_000);
    one.store("use_lowered", keyId, 10_000, spent);
    Reservation elsewhere = other.ledger.open(budgets(keyId, 1_000_000));
    elsewhere.extend(60_000).block(PATIENCE);
    elsewhere.settle(0);
    assertThat(ledgerOf(keyId).getFirst()).isEqualTo(" day spent 10000 leased 80000 overrun 0");

    for (long limit : List.of(10_000L, 0L)) {
      for (Replica replica : List.of(one, other)) {
        assertThat(isAdmitted(replica.ledger.open(budgets(keyId, limit)), 1)).isFalse();
      }
    }
    assertThat(ledgerOf(keyId).getFirst()).isEqualTo(" day spent 10000 leased 0 overrun 0");
    assertThat(isAdmitted(one.ledger.open(budgets(keyId, 10_001)), 1)).isTrue();
    assertThat(isAdmitted(other.ledger.open(budgets(keyId, 10_001)), 1)).isFalse();
    assertThat(isAdmitted(other.ledger.open(budgets(keyId, 1_000_000)), 40_000)).isTrue();
  }

  private static boolean isAdmitted(Reservation reservation, long amount) {
    return Boolean.TRUE.equals(
        reservation
            .extend(amount)
            .thenReturn(true)
            .onErrorResume(failure -> Mono.just(admitted(failure)))
            .block(PATIENCE));
  }

  @ParameterizedTest
  @CsvSource({
    "per_hour_max,  2026-11-21T12:00:00Z, 2026-11-21T13:00:00Z",
    "per_day_max,   2026-11-21T00:00:00Z, 2026-11-22T00:00:00Z",
    "per_day_max,   2028-02-29T00:00:00Z, 2028-03-01T00:00:00Z",
    "per_month_max, 2026-11-01T00:00:00Z, 2026-12-01T00:00:00Z",
    "per_month_max, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
  })
  void theBudgetIsThereAgainWhenTheNextWindowBegins(String field, Instant start, Instant end) {
    String keyId = "key_" + field + start.getEpochSecond();
    Replica replica = new Replica("windows_" + keyId);
    BudgetLimiter limiter = new BudgetLimiter(replica.ledger);
    LimitRules rules =
        PolicyDocuments.compile(
                Subject.key(keyId),
                "{\"rate_limits\":{\"costs\":{\"%s\":0.0001}}}".formatted(field))
            .limits();
    Instant last = end.minusMillis(100);
    assertThat(isAdmitted(limiter, rules, start)).isTrue();
    assertThat(isAdmitted(limiter, rules, last)).isFalse();
    assertThat(isAdmitted(limiter, rules, end)).isTrue();
    assertThat(isAdmitted(limiter, rules, end)).isFalse();
    assertThat(isAdmitted(limiter, rules, last)).as("its own window is still used up").isFalse();

    // Stored long after the window, as from a journal.
    replica.store(List.of(row("use_last" + keyId, keyId, 100, last)));
    assertThat(windowsOf(keyId))
        .containsExactly(start + " spent 100 leased 0", end + " spent 0 leased 100");
  }

  private static boolean isAdmitted(BudgetLimiter limiter, LimitRules rules, Instant at) {
    Demand demand =
        new Demand("req_1", "org_1", List.of(rules), "gpt-4o", at, false, 1, 1, 100, null);
    return Boolean.TRUE.equals(
        limiter
            .admit(demand)
            .map(permit -> true)
            .onErrorResume(failure -> Mono.just(admitted(failure)))
            .block(PATIENCE));
  }

  private static List<String> windowsOf(String keyId) {
    return schema.column(
        """
        SELECT format('%%s spent %%s leased %%s', to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                      spent, leased)
          FROM tollgate.budget WHERE subject = 'key:%s' ORDER BY starts_at
        """
            .formatted(keyId));
  }

  /** Each has a bit of it from the time when much was left. */
  @Test
  void whatIsLeftInPiecesIsCalledBack() {
    String keyId = "key_pieces";
    Replica one = new Replica("one_pieces");
    Replica other = new Replica("other_pieces");
    for (Replica replica : List.of(one, other)) {
      Reservation piece = replica.ledger.open(budgets(keyId, 100));
      piece.extend(1).block(PATIENCE);
      piece.settle(0);
    }
    PostgresqlConnection listening = giveBackWhenCalled(other.ledger);
    Reservation whole = one.ledger.open(budgets(keyId, 100));
    whole.extend(100).block(PATIENCE);
    listening.close().block(PATIENCE);
    assertThat(whole.amount()).isEqualTo(100);
    assertThat(ledgerOf(keyId).getFirst()).isEqualTo(" day spent 0 leased 100 overrun 0");
  }

  @Test
  void onlyWhatWasGrantedWhenMuchWasLeftCanBeCalledBack() {
    Budget budget = budgets("key_recall", 100).getFirst();
    Replica one = new Replica("one_recall");
    Replica other = new Replica("other_recall");
    one.ledger.open(List.of(budget)).extend(2).block(PATIENCE);
    Ask tooMuch = new Ask(budget.key(), budget.limit(), 99, 99, 99);
    assertThat(one.budgets.lease(List.of(tooMuch)).block(PATIENCE))
        .containsExactly(new Grant(0, 2, false));
    assertThat(other.budgets.lease(List.of(tooMuch)).block(PATIENCE))
        .containsExactly(new Grant(0, 2, true));
    other.budgets.recall(budget.key()).block(PATIENCE);
    assertThat(other.budgets.lease(List.of(tooMuch)).block(PATIENCE))
        .containsExactly(new Grant(0, 2, false));
  }

  @Test
  void aBillAboveItsReservationIsStoredWhole() {
    String keyId = "key_overrun";
    Replica replica = new Replica("overrun");
    Reservation reservation = replica.ledger.open(budgets(keyId, 10));
    reservation.extend(8).block(PATIENCE);
    reservation.settle(25);
    replica.store("use_overrun", keyId, 25, reservation);
    replica.store("use_overrun", keyId, 25);
    assertThat(ledgerOf(keyId))
        .containsExactly(
            " day spent 10 leased 0 overrun 15", "gpt-4o day spent 25 leased 0 overrun 0");
    Reservation next = replica.ledger.open(budgets(keyId, 10));
    assertThat(
            next.extend(1)
                .thenReturn(true)
                .onErrorResume(e -> Mono.just(admitted(e)))
                .block(PATIENCE))
        .isFalse();
  }

  /** A budget begins with a sum in which a batch is not yet that does not know of the budget. */
  @Test
  void aBudgetThatBeginsWhileRowsAreStoredCountsThem() throws Exception {
    String keyId = "key_meanwhile";
    Budget budget = budgets(keyId, 10).getFirst();
    Replica replica = new Replica("meanwhile");
    CompletableFuture<@Nullable List<Grant>> leased;
    try (Connection storing = schema.connection()) {
      storing.setAutoCommit(false);
      execute(
          storing,
          "SELECT gateway_v1.store_usage('other', '[%s]')".formatted(row("use_mid", keyId, 7)));
      leased =
          replica.budgets.lease(List.of(new Ask(budget.key(), budget.limit(), 4, 4, 4))).toFuture();
      awaitWaiting(leased);
      storing.commit();
    }
    assertThat(leased.get(20, TimeUnit.SECONDS)).containsExactly(new Grant(0, 7, false));
    assertThat(ledgerOf(keyId)).containsExactly(" day spent 7 leased 0 overrun 0");
  }

  @Test
  void rowsThatAreStoredWhileABudgetBeginsCountInIt() throws Exception {
    String keyId = "key_beginning";
    CompletableFuture<@Nullable Void> stored;
    try (Connection leasing = schema.connection()) {
      execute(leasing, takeOver("one"));
      leasing.setAutoCommit(false);
      execute(leasing, lease(keyId));
      stored =
          database
              .sql("SELECT gateway_v1.store_usage('other', $1::json)")
              .bind(0, "[" + row("use_beginning", keyId, 3) + "]")
              .then()
              .toFuture();
      awaitWaiting(stored);
      leasing.commit();
    }
    stored.get(20, TimeUnit.SECONDS);
    assertThat(ledgerOf(keyId)).containsExactly(" day spent 3 leased 4 overrun 0");
  }

  /** At the full hour many do. */
  @Test
  void budgetsThatBeginDoNotWaitForEachOther() throws Exception {
    try (Connection one = schema.connection();
        Connection other = schema.connection()) {
      execute(one, takeOver("one"));
      one.setAutoCommit(false);
      other.setAutoCommit(false);
      execute(other, "SET LOCAL lock_timeout = '10s'");
      execute(one, lease("key_hour1"));
      execute(other, lease("key_hour2"));
      other.commit();
      one.commit();
    }
    assertThat(ledgerOf("key_hour1")).containsExactly(" day spent 0 leased 4 overrun 0");
    assertThat(ledgerOf("key_hour2")).containsExactly(" day spent 0 leased 4 overrun 0");
  }

  /** As a database does that was frozen: in another order than it was asked. */
  @Test
  void whatIsGivenBackLateTakesAwayNothingThatWasLeasedSince() throws Exception {
    try (Connection connection = schema.connection()) {
      execute(connection, takeOver("late"));
      execute(connection, lease("late", "late", 1, "key_late"));
      execute(connection, lease("late", "late", 3, "key_late"));
      execute(connection, hold("late", "late", 2, "key_late", 0));
      assertThat(ledgerOf("key_late")).containsExactly(" day spent 0 leased 8 overrun 0");
      execute(connection, hold("late", "late", 4, "key_late", 4));
      assertThat(ledgerOf("key_late")).containsExactly(" day spent 0 leased 4 overrun 0");
      execute(connection, lease("late", "late", 2, "key_late"));
      assertThat(ledgerOf("key_late")).containsExactly(" day spent 0 leased 4 overrun 0");
    }
  }

  @Test
  void anEarlierProcessHasNothingToSay() throws Exception {
    try (Connection connection = schema.connection()) {
      execute(connection, "SELECT gateway_v1.take_over('again', 'first')");
      execute(connection, lease("again", "first", 1, "key_again"));
      execute(connection, "SELECT gateway_v1.take_over('again', 'second')");
      assertThat(ledgerOf("key_again")).containsExactly(" day spent 0 leased 0 overrun 0");
      execute(connection, lease("again", "second", 1, "key_again"));
      execute(connection, "SELECT gateway_v1.take_over('again', 'second')");
      execute(connection, "SELECT gateway_v1.hold_nothing('again', 'first')");
      for (String late :
          List.of(
              lease("again", "first", 2, "key_again"), hold("again", "first", 3, "key_again", 0))) {
        assertThatThrownBy(() -> execute(connection, late)).hasMessageContaining("another process");
      }
      assertThat(ledgerOf("key_again")).containsExactly(" day spent 0 leased 4 overrun 0");
      execute(connection, "SELECT gateway_v1.hold_nothing('again', 'second')");
      assertThat(ledgerOf("key_again")).containsExactly(" day spent 0 leased 0 overrun 0");
    }
  }

  private static String takeOver(String replica) {
    return "SELECT gateway_v1.take_over('%s', '%s')".formatted(replica, replica);
  }

  /** Of 4 of 10 micro-dollars, by a replica that has taken over. */
  private static String lease(String keyId) {
    return lease("one", "one", 1, keyId);
  }

  private static String lease(String replica, String process, int call, String keyId) {
    return """
    SELECT gateway_v1.lease('%s', '%s', %d, ARRAY['key:%s'], ARRAY[NULL]::text[], ARRAY['day'],
                            ARRAY['2026-11-21T00:00:00Z']::timestamptz[], ARRAY[10]::bigint[], ARRAY[4]::bigint[],
                            ARRAY[4]::bigint[], ARRAY[4]::bigint[])\
    """
        .formatted(replica, process, call, keyId);
  }

  private static String hold(String replica, String process, int call, String keyId, int amount) {
    return """
    SELECT gateway_v1.hold('%s', '%s', %d, ARRAY['key:%s'], ARRAY[NULL]::text[], ARRAY['day'],
                           ARRAY['2026-11-21T00:00:00Z']::timestamptz[], ARRAY[%d]::bigint[])\
    """
        .formatted(replica, process, call, keyId, amount);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Or until it is over without having waited. */
  private static void awaitWaiting(CompletableFuture<?> other) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() ->
            other.isDone()
                || schema
                    .column(
                        "SELECT count(*)::text FROM pg_locks WHERE NOT granted"
                            + " AND relation = 'tollgate.budget_beginning'::regclass")
                    .equals(List.of("1")));
  }

  @Test
  void aLimitThatComesLaterKnowsWhatWasSpentBefore() {
    String keyId = "key_later";
    Replica replica = new Replica("later");
    replica.store("use_before", keyId, 7);
    Reservation reservation = replica.ledger.open(budgets(keyId, 10));
    assertThat(
            reservation
                .extend(4)
                .thenReturn(true)
                .onErrorResume(e -> Mono.just(admitted(e)))
                .block(PATIENCE))
        .isFalse();
    replica.ledger.open(budgets(keyId, 11)).extend(4).block(PATIENCE);
  }

  /**
   * What was leased under the limit's name is spent under it, and not given back with the lease.
   */
  @Test
  void whatIsSpentInAnotherSpellingIsSpentUnderTheNameOfTheLimit() {
    String keyId = "key_spelled";
    Replica replica = new Replica("spelled");
    Reservation reservation = replica.ledger.open(budgets(keyId, 10));
    reservation.extend(6).block(PATIENCE);
    reservation.settle(6);
    replica.store(List.of(respelled("use_spelled", keyId, 6)));
    reservation.stored();
    replica.ledger.giveBack().block(PATIENCE);
    assertThat(ledgerOf(keyId))
        .containsExactly(
            " day spent 6 leased 0 overrun 0", "gpt-4o day spent 6 leased 0 overrun 0");
  }

  /** Stored late, from a journal, before the budget of the day begins. */
  @Test
  void aBudgetBeginsWithWhatWasSpentInAnySpelling() {
    String keyId = "key_respelled";
    Replica replica = new Replica("respelled");
    replica.store(List.of(row("use_as_named", keyId, 3), respelled("use_respelled", keyId, 4)));
    Reservation reservation = replica.ledger.open(budgets(keyId, 10));
    assertThat(
            reservation
                .extend(4)
                .thenReturn(true)
                .onErrorResume(e -> Mono.just(admitted(e)))
                .block(PATIENCE))
        .isFalse();
    reservation.extend(3).block(PATIENCE);
    assertThat(ledgerOf(keyId)).hasSize(2).allMatch(budget -> budget.contains("day spent 7 "));
  }

  private static String respelled(String id, String keyId, long microUsd) {
    return row(id, keyId, microUsd)
        .replace("\"gpt-4o\"", "\"GPT-4O\"")
        .replace("}}", "},\"also_counts_in\":[\"key:" + keyId + " gpt-4o\"]}");
  }

  /** Whatever comes to write it. */
  @Test
  void theDatabaseItselfRefusesMoreThanTheCap() {
    String keyId = "key_cap";
    new Replica("cap").ledger.open(budgets(keyId, 10)).extend(6).block(PATIENCE);
    String where = " WHERE subject = 'key:key_cap' AND model IS NULL";
    for (String more :
        List.of(
            "leased = 11",
            "spent = 5",
            "spent = 11, leased = 0",
            "cap = 5",
            "leased = 10, spent = 1")) {
      assertThatThrownBy(() -> schema.execute("UPDATE tollgate.budget SET " + more + where))
          .rootCause()
          .hasMessageContaining("never_above_the_cap");
    }
    schema.execute("UPDATE tollgate.budget SET spent = 4" + where);
    assertThat(ledgerOf(keyId).getFirst()).isEqualTo(" day spent 4 leased 6 overrun 0");
  }

  @Test
  void whatIsLeasedIsSpentWhileTheDatabaseIsAwayAndNotMore() {
    String keyId = "key_away";
    ConnectionPool own =
        new ConnectionPool(ConnectionPoolConfiguration.builder(schema.asGateway()).build());
    PostgresBudgets budgets = new PostgresBudgets(DatabaseClient.create(own), "away");
    budgets.takeOver().block(PATIENCE);
    Ledger ledger = new Ledger(budgets, InstantSource.fixed(NOW), () -> 0);
    Reservation large = ledger.open(budgets(keyId, 1_000_000));
    large.extend(50).block(PATIENCE);
    large.settle(20);
    own.dispose();

    for (int i = 0; i < 3; i++) {
      ledger.open(budgets(keyId, 1_000_000)).extend(10).block(PATIENCE);
    }
    assertThatThrownBy(() -> ledger.open(budgets(keyId, 1_000_000)).extend(1).block(PATIENCE))
        .isInstanceOfSatisfying(
            RejectionException.class,
            refused ->
                assertThat(refused.rejection().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
    assertThat(ledgerOf(keyId).getFirst()).isEqualTo(" day spent 0 leased 50 overrun 0");
  }

  @Test
  void aDeadReplicaReturnsWithItsJournal() {
    String keyId = "key_dead";
    Replica dead = new Replica("dead");
    Reservation settled = dead.ledger.open(budgets(keyId, 100));
    settled.extend(30).block(PATIENCE);
    settled.settle(20);
    dead.ledger.open(budgets(keyId, 100)).extend(30).block(PATIENCE);
    Replica other = new Replica("other_dead");
    assertThat(
            other
                .ledger
                .open(budgets(keyId, 100))
                .extend(51)
                .thenReturn(true)
                .onErrorResume(e -> Mono.just(admitted(e)))
                .block(PATIENCE))
        .as("what the dead one may have spent stays taken")
        .isFalse();
    Replica returned = new Replica("dead");
    returned.store("use_settled", keyId, 20);
    returned.store("use_interrupted", keyId, 30);
    giveAllBack(returned);
    other = new Replica("another");
    Reservation rest = other.ledger.open(budgets(keyId, 100));
    rest.extend(50).block(PATIENCE);
    assertThat(ledgerOf(keyId).getFirst()).isEqualTo(" day spent 50 leased 50 overrun 0");
  }

  /** Leases grow while much is left. */
  @Test
  void asksSeldomFarFromTheLimit() {
    AtomicInteger calls = new AtomicInteger();
    PostgresBudgets budgets = new PostgresBudgets(database, "far");
    budgets.takeOver().block(PATIENCE);
    BudgetStore counted =
        new BudgetStore() {
          @Override
          public Mono<List<Grant>> lease(List<Ask> asks) {
            calls.incrementAndGet();
            return budgets.lease(asks);
          }

          @Override
          public Mono<Void> hold(List<Held> held) {
            return budgets.hold(held);
          }

          @Override
          public Mono<Void> recall(BudgetKey budget) {
            return budgets.recall(budget);
          }

          @Override
          public Mono<Void> takeOver() {
            return budgets.takeOver();
          }

          @Override
          public Mono<Void> holdNothing() {
            return budgets.holdNothing();
          }
        };
    Ledger ledger = new Ledger(counted, InstantSource.fixed(NOW), () -> 0);
    for (int i = 0; i < 10_000; i++) {
      ledger.open(budgets("key_far", 1L << 40)).extend(1000).block(PATIENCE);
    }
    assertThat(calls).hasValueLessThan(20);
  }
}
