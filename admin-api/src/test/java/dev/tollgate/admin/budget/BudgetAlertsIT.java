package dev.tollgate.admin.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.schema.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** What is told when money runs out, at times that the test chooses. */
class BudgetAlertsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Instant NOON = Instant.parse("2099-06-15T12:00:00Z");
  private static final String COSTS =
      """
      {"rate_limits":{"costs":{"per_hour_max":1,"per_day_max":10,"per_month_max":100,"alert_threshold":0.8}},
       "permissions":{"models":{"limits":{"gpt-4o":{"max_cost_per_day":2}}}}}\
      """;

  private static AdminServer server;
  private static Tenants tenants;

  private String organization;
  private String project;
  private String team;
  private String key;
  private Client admin;

  @BeforeAll
  static void start() {
    server = AdminServer.startWith(Map.of("tollgate.budgets.alerts-every", "1h"));
    tenants = new Tenants(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeTenants() {
    organization = tenants.organization();
    project = tenants.project(organization);
    admin = tenants.member("admin", organization);
    team =
        server
            .post(
                "/v1/teams", "{\"organization_id\":\"%s\",\"name\":\"t\"}".formatted(organization))
            .id();
    key = admin.post("/v1/keys", "{\"name\":\"k\"}").id();
    limit("virtual_key", "effective_policy", key, COSTS);
  }

  private static void limit(String table, String column, String id, @Nullable String policy) {
    tenants.run(
        "UPDATE tollgate.%s SET %s = ?::jsonb WHERE id = ?".formatted(table, column), policy, id);
  }

  /** As a gateway leases it. */
  private static void budget(String subject, @Nullable String model, String period, long micros) {
    tenants.run(
        """
        INSERT INTO tollgate.budget (subject, model, period, starts_at, cap, spent)
        VALUES (?, ?, ?, CASE ?::text WHEN 'total' THEN 'epoch'
                                      ELSE date_trunc(?, ?::timestamptz, 'UTC') END, 1000000000, ?)\
        """,
        subject,
        model,
        period,
        period,
        period.equals("total") ? "day" : period,
        NOON.toString(),
        micros);
  }

  private static void spend(String subject, String period, long micros, long overrun) {
    tenants.run(
        "UPDATE tollgate.budget SET spent = spent + ?, overrun = overrun + ? WHERE subject = ? AND period = ?",
        micros,
        overrun,
        subject,
        period);
  }

  private static void tell(Instant now) {
    server.context().getBean(BudgetAlerts.class).tell(now).block(PATIENCE);
  }

  private static List<String> told(String resource) {
    return tenants.query(
        """
        SELECT concat_ws(' ', action, resource_type, details ->> 'model', details ->> 'window', details ->> 'spent',
                         'of', details ->> 'limit')
          FROM tollgate.audit_event WHERE resource_id = ? AND event_type = 'usage' ORDER BY id\
        """,
        resource);
  }

  @Test
  void tellsOnceInAWindowThatTheThresholdIsCrossed() {
    budget("key:" + key, null, "hour", 799_999);
    tell(NOON);
    assertThat(told(key)).isEmpty();
    spend("key:" + key, "hour", 1, 0);
    tell(NOON);
    spend("key:" + key, "hour", 200_000, 0);
    tell(NOON);
    tell(NOON.plusSeconds(60));
    assertThat(told(key)).containsExactly("budget.threshold key hour 0.8 of 1");
  }

  @Test
  void saysWhatItTellsOf() {
    budget("key:" + key, "gpt-4o", "day", 1_600_000);
    tell(NOON);
    JsonNode event =
        admin.get("/v1/keys/" + key + "/audit?event_types=usage").json().at("/events/0");
    assertThat(event.path("event_type").asString()).isEqualTo("usage");
    assertThat(event.path("action").asString()).isEqualTo("budget.threshold");
    assertThat(event.path("organization_id").asString()).isEqualTo(organization);
    assertThat(event.path("project_id").asString()).isEqualTo(project);
    String day = NOON.truncatedTo(ChronoUnit.DAYS).toString();
    String next = NOON.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS).toString();
    assertThat(event.path("details").toString())
        .isEqualTo(
            Tenants.json(
                "{'limit':2,'model':'gpt-4o','spent':1.6,'window':'day','resets_at':'%s','starts_at':'%s',"
                    + "'alert_threshold':0.8}",
                next, day));
  }

  @Test
  void tellsOfEveryLevel() {
    limit("organization", "policy", organization, COSTS);
    limit("team", "policy", team, COSTS);
    limit("project", "policy", project, COSTS);
    for (String subject :
        List.of("organization:" + organization, "team:" + team, "project:" + project)) {
      budget(subject, null, "month", 80_000_000);
      budget(subject, null, "day", 7_999_999);
    }
    budget("key:" + key, null, "month", 99_000_000);
    tell(NOON);
    assertThat(told(organization)).containsExactly("budget.threshold organization month 80 of 100");
    assertThat(told(team)).containsExactly("budget.threshold team month 80 of 100");
    assertThat(told(project)).containsExactly("budget.threshold project month 80 of 100");
    assertThat(told(key)).containsExactly("budget.threshold key month 99 of 100");
  }

  @Test
  void tellsOfATokenByItsProjectsThreshold() {
    limit("project", "policy", project, COSTS);
    String jti = server.post("/v1/projects/" + project + "/tokens", "{}").text("/jti");
    tenants.run("UPDATE tollgate.project_token SET max_cost_micro_usd = 500000 WHERE jti = ?", jti);
    budget("token:" + jti, null, "total", 399_999);
    tell(NOON);
    assertThat(told(jti)).isEmpty();
    spend("token:" + jti, "total", 1, 0);
    tell(NOON);
    assertThat(told(jti)).containsExactly("budget.threshold token total 0.4 of 0.5");
  }

  @Test
  void tellsOnceOfWhatWasSpentAboveALimitAlsoWithoutAThreshold() {
    limit(
        "virtual_key",
        "effective_policy",
        key,
        "{\"rate_limits\":{\"costs\":{\"per_day_max\":10}}}");
    budget("key:" + key, null, "day", 10_000_000);
    tell(NOON);
    assertThat(told(key)).isEmpty();
    spend("key:" + key, "day", 0, 5);
    tell(NOON);
    spend("key:" + key, "day", 0, 5);
    tell(NOON);
    assertThat(told(key)).containsExactly("budget.overrun key day 10.000005 of 10");
  }

  @Test
  void tellsNothingOfALimitOfNothingBeforeAnythingIsSpent() {
    limit(
        "virtual_key",
        "effective_policy",
        key,
        "{\"rate_limits\":{\"costs\":{\"per_day_max\":0,\"alert_threshold\":1}}}");
    budget("key:" + key, null, "day", 0);
    tell(NOON);
    assertThat(told(key)).isEmpty();
  }

  @Test
  void seesALimitThatWasLowered() {
    budget("key:" + key, null, "day", 5_000_000);
    tell(NOON);
    assertThat(told(key)).isEmpty();
    limit(
        "virtual_key",
        "effective_policy",
        key,
        COSTS.replace("\"per_day_max\":10", "\"per_day_max\":6"));
    tell(NOON);
    assertThat(told(key)).containsExactly("budget.threshold key day 5 of 6");
  }

  @Test
  void looksAgainAtAWindowThatIsOverWhenSomethingLateIsStored() {
    budget("key:" + key, null, "hour", 100);
    tenants.run(
        "UPDATE tollgate.virtual_key SET updated_at = ?::timestamptz WHERE id = ?",
        NOON.toString(),
        key);
    tell(NOON.plus(Duration.ofHours(3)));
    assertThat(watched()).containsExactly("f");
    spend("key:" + key, "hour", 900_000, 0);
    assertThat(watched()).containsExactly("t");
    tell(NOON.plus(Duration.ofHours(3)));
    assertThat(told(key)).containsExactly("budget.threshold key hour 0.9001 of 1");
    assertThat(watched()).containsExactly("f");
  }

  private List<String> watched() {
    return tenants.query("SELECT watched FROM tollgate.budget WHERE subject = ?", "key:" + key);
  }

  /** A threshold of today was not crossed yesterday. */
  @Test
  void tellsNothingOfAWindowThatWasOverWhenThePolicyChanged() {
    budget("key:" + key, null, "hour", 900_000);
    Instant later = NOON.plus(Duration.ofHours(3));
    tenants.run(
        "UPDATE tollgate.virtual_key SET updated_at = ?::timestamptz WHERE id = ?",
        later.minusSeconds(1).toString(),
        key);
    tell(later);
    assertThat(told(key)).isEmpty();
  }

  @Test
  void tellsOnceHoweverManyLook() {
    budget("key:" + key, null, "hour", 1_000_000);
    BudgetAlerts alerts = server.context().getBean(BudgetAlerts.class);
    Flux.range(0, 8).flatMap(_ -> alerts.tell(NOON)).blockLast(PATIENCE);
    assertThat(told(key)).hasSize(1);
  }

  @Test
  void looksAtEveryPageAndTellsOnceHoweverManyLook() {
    manyBudgets();
    try {
      BudgetAlerts alerts = server.context().getBean(BudgetAlerts.class);
      Flux.range(0, 4).flatMap(_ -> alerts.tell(NOON)).blockLast(PATIENCE);
      tell(NOON);
      assertThat(told(key)).hasSize(450).doesNotHaveDuplicates();
      assertThat(watched()).hasSize(4_500).containsOnly("t");
      tell(NOON.plus(Duration.ofDays(3)));
      assertThat(told(key)).hasSize(450);
      assertThat(watched()).containsOnly("f");
    } finally {
      forgetBudgets();
    }
  }

  /** Enough for several pages; of each tenth there is something to tell. */
  private void manyBudgets() {
    tenants.run(
        """
        INSERT INTO tollgate.budget (subject, model, period, starts_at, cap, spent, overrun)
        SELECT ?, 'm-' || n, 'day', date_trunc('day', ?::timestamptz, 'UTC'), 10, 10, CASE n % 10 WHEN 0 THEN 1 ELSE 0 END
          FROM generate_series(1, 4500) n\
        """,
        "key:" + key, NOON.toString());
  }

  private void forgetBudgets() {
    tenants.run("DELETE FROM tollgate.budget WHERE subject = ?", "key:" + key);
  }

  @Test
  void aPageThatFailsKeepsNeitherOldWindowsNorOtherPagesFromBeingLookedAt() {
    manyBudgets();
    tenants.run(
        "ALTER TABLE tollgate.audit_event ADD CONSTRAINT broken CHECK (details ->> 'model' <> 'm-10') NOT VALID");
    try {
      Instant later = NOON.plus(Duration.ofDays(3));
      assertThatThrownBy(() -> tell(later)).hasMessageContaining("broken");
      assertThat(told(key)).isEmpty();
      assertThat(watched()).contains("f");
      tell(later);
      assertThat(told(key)).hasSizeGreaterThan(200);
      tenants.run("ALTER TABLE tollgate.audit_event DROP CONSTRAINT broken");
      tell(later);
      assertThat(told(key)).hasSize(450).doesNotHaveDuplicates();
      assertThat(watched()).containsOnly("f");
    } finally {
      tenants.run("ALTER TABLE tollgate.audit_event DROP CONSTRAINT IF EXISTS broken");
      forgetBudgets();
    }
  }

  @Test
  void waitsForNoGateway() throws SQLException {
    budget("key:" + key, null, "hour", 1_000_000);
    budget("key:" + key, null, "day", 9_000_000);
    try (Connection gateway =
        server.database().dataSource(TestDatabase.Role.SUPERUSER).getConnection()) {
      gateway.setAutoCommit(false);
      try (PreparedStatement hold =
          gateway.prepareStatement(
              "SELECT FROM tollgate.budget WHERE subject = ? AND period = 'day' FOR UPDATE")) {
        hold.setString(1, "key:" + key);
        hold.execute();
        tell(NOON);
        assertThat(told(key)).containsExactly("budget.threshold key hour 1 of 1");
      }
      gateway.rollback();
    }
    tell(NOON);
    assertThat(told(key)).hasSize(2);
  }

  @Test
  void looksByItself() {
    budget("key:" + key, null, "hour", 1_000_000);
    BudgetAlertWatch watch =
        new BudgetAlertWatch(
            server.context().getBean(BudgetAlerts.class),
            new BudgetProperties(Duration.ofSeconds(1)),
            Clock.fixed(NOON, ZoneOffset.UTC));
    watch.start();
    try {
      await().atMost(PATIENCE).until(() -> told(key).size() == 1);
      budget("key:" + key, null, "day", 9_000_000);
      await().atMost(PATIENCE).until(() -> told(key).size() == 2);
    } finally {
      watch.stop();
    }
    assertThat(watch.isRunning()).isFalse();
  }
}
