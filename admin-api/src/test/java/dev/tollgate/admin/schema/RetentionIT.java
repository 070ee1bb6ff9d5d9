package dev.tollgate.admin.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.r2dbc.core.DatabaseClient;

/** When what gateways stored of requests is deleted. */
class RetentionIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String DAYS = "{\"security\":{\"audit\":{\"retention_days\":%d}}}";

  private static AdminServer server;
  private static Tenants tenants;

  private String organization;
  private String project;
  private String team;
  private String key;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
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
    team =
        server
            .post(
                "/v1/teams", "{\"organization_id\":\"%s\",\"name\":\"t\"}".formatted(organization))
            .id();
    key =
        server
            .post(
                "/v1/keys", "{\"name\":\"k\",\"scope\":{\"projects\":[\"%s\"]}}".formatted(project))
            .id();
    tenants.run("UPDATE tollgate.virtual_key SET team_id = ? WHERE id = ?", team, key);
    for (String table : List.of("usage_event", "body", "access_event")) {
      tenants.run("DELETE FROM tollgate." + table);
    }
  }

  /** Rows of each kind that are so many days old, of the key or, without one, of a token. */
  private void store(int daysOld, @Nullable String keyId) {
    Instant at = Instant.now().minus(daysOld, ChronoUnit.DAYS);
    String id = ulid(at);
    tenants.run(
        """
        INSERT INTO tollgate.usage_event
          (id, started_at, finished_at, request_id, organization_id, project_id, key_id, protocol, operation, status,
           outcome, streamed, latency_ms, attempts)
        VALUES (?, ?::timestamptz, now(), 'r', ?, ?, ?, 'openai', 'files', 200, 'completed', false, 1, 1)\
        """,
        "use_" + id,
        at.toString(),
        organization,
        project,
        keyId);
    tenants.run(
        """
        INSERT INTO tollgate.data_key (id, organization_id, project_id, kek_id, wrapped)
        VALUES (?, ?, ?, 'k', '') ON CONFLICT DO NOTHING\
        """,
        "dk_" + project,
        organization,
        project);
    tenants.run(
        """
        INSERT INTO tollgate.body (id, at, request_id, organization_id, project_id, key_id, part, length, truncated,
          data_key_id, sealed) VALUES (?, ?::timestamptz, 'r', ?, ?, ?, 'request', 1, false, ?, '')\
        """,
        "bod_" + id,
        at.toString(),
        organization,
        project,
        keyId,
        "dk_" + project);
    tenants.run(
        """
        INSERT INTO tollgate.access_event (id, at, request_id, organization_id, project_id, caller_type, caller_id,
          outcome) VALUES (?, ?::timestamptz, 'r', ?, ?, ?, ?, 'completed')\
        """,
        "evt_" + id,
        at.toString(),
        organization,
        project,
        keyId == null ? "project_token" : "virtual_key",
        keyId == null ? "jti_1" : keyId);
  }

  /** As gateways make them. */
  private static String ulid(Instant at) {
    String alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    StringBuilder id = new StringBuilder();
    for (int shift = 45; shift >= 0; shift -= 5) {
      id.append(alphabet.charAt((int) (at.toEpochMilli() >>> shift) & 31));
    }
    return id.append("0123456789abcdef").toString();
  }

  private static void prune() {
    server.context().getBean(Pruning.class).prune().block(PATIENCE);
  }

  private static List<String> left() {
    return tenants.query(
        """
        SELECT 'usage ' || (now()::date - started_at::date) FROM tollgate.usage_event
        UNION ALL SELECT 'body ' || (now()::date - at::date) FROM tollgate.body
        UNION ALL SELECT 'access ' || (now()::date - at::date) FROM tollgate.access_event ORDER BY 1\
        """);
  }

  @Test
  void keepsBodiesAMonthAndRequestsInTheAuditAYearWhereNobodySaysMore() {
    store(29, key);
    store(31, key);
    store(399, null);
    store(401, key);
    prune();
    assertThat(left())
        .containsExactly(
            "access 29",
            "access 31",
            "access 399",
            "body 29",
            "usage 29",
            "usage 31",
            "usage 399",
            "usage 401");
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtual_key", "team", "project", "organization"})
  void deletesAfterTheRetentionOfEveryLevel(String level) {
    store(6, key);
    store(8, key);
    setDays(level, 7);
    prune();
    assertThat(left()).containsExactly("access 6", "body 6", "usage 6");
  }

  private void setDays(String level, int days) {
    String id =
        switch (level) {
          case "virtual_key" -> key;
          case "team" -> team;
          case "project" -> project;
          default -> organization;
        };
    tenants.run(
        "UPDATE tollgate." + level + " SET policy = ?::jsonb WHERE id = ?",
        DAYS.formatted(days),
        id);
    if (level.equals("virtual_key")) {
      tenants.run("UPDATE tollgate.virtual_key SET effective_policy = policy WHERE id = ?", id);
    }
  }

  @Test
  void takesTheShortestOfSeveral() {
    store(6, key);
    store(8, key);
    store(6, null);
    store(10, null);
    setDays("virtual_key", 7);
    setDays("project", 9);
    prune();
    assertThat(left())
        .containsExactly("access 6", "access 6", "body 6", "body 6", "usage 6", "usage 6");
  }

  @Test
  void keepsForLongerWhereAPolicySaysSo() {
    store(450, key);
    store(550, key);
    setDays("virtual_key", 500);
    prune();
    assertThat(left()).containsExactly("access 450", "body 450", "usage 450");
  }

  @Test
  void deletesBatchAfterBatch() {
    setDays("virtual_key", 7);
    tenants.run(
        """
        INSERT INTO tollgate.access_event (id, at, request_id, organization_id, project_id, caller_type, caller_id,
          outcome)
        SELECT tollgate.first_event_id(now() - interval '8 days') || lpad(n::text, 16, '0'),
               now() - interval '8 days', 'r', ?, ?, 'virtual_key', ?, 'completed' FROM generate_series(1, 25000) n\
        """,
        organization,
        project,
        key);
    prune();
    assertThat(left()).isEmpty();
  }

  @Test
  void keepsUsageForTenYears() {
    tenants.run("DELETE FROM tollgate.usage_hour");
    store(3649, null);
    store(3651, null);
    prune();
    assertThat(left()).containsExactly("usage 3649");
    assertThat(
            tenants.query(
                "SELECT count(*) || ' ' || (now()::date - min(hour)::date) FROM tollgate.usage_hour"))
        .containsExactly("1 3649");
  }

  @Test
  void makesAndDropsDaysOfUsage() {
    String old = "usage_event_20100101";
    tenants.run(
        "CREATE TABLE tollgate."
            + old
            + " PARTITION OF tollgate.usage_event"
            + " FOR VALUES FROM ('2010-01-01T00:00:00Z') TO ('2010-01-02T00:00:00Z')");
    String next =
        tenants
            .query(
                "SELECT 'usage_event_' || to_char((now() AT TIME ZONE 'UTC')::date + 2, 'YYYYMMDD')")
            .getFirst();
    tenants.run("DROP TABLE IF EXISTS tollgate." + next);
    prune();
    assertThat(tenants.query("SELECT coalesce(to_regclass('tollgate." + old + "')::text, 'none')"))
        .containsExactly("none");
    assertThat(tenants.query("SELECT to_regclass('tollgate." + next + "')::text"))
        .containsExactly("tollgate." + next);
  }

  @Test
  void deletesOldUsageBatchAfterBatchAlsoWhereItsDaysHaveNoTable() {
    tenants.run("DELETE FROM tollgate.usage_hour");
    tenants.run(
        """
        INSERT INTO tollgate.usage_event
          (id, started_at, finished_at, request_id, organization_id, project_id, protocol, operation, status, outcome,
           streamed, latency_ms, attempts)
        SELECT 'use_' || n, now() - interval '3660 days' - n * interval '1 hour', now(), 'r', ?, ?, 'openai', 'files',
               200, 'completed', false, 1, 1 FROM generate_series(1, 25000) n\
        """,
        organization,
        project);
    store(0, key);
    prune();
    assertThat(left()).containsExactly("access 0", "body 0", "usage 0");
    assertThat(tenants.query("SELECT count(*) FROM tollgate.usage_hour")).containsExactly("1");
  }

  @Test
  void keepsUsageForTheTimeThatTheInstallationSaysWhateverAPolicySays() {
    setDays("virtual_key", 500);
    store(39, key);
    store(41, key);
    new Pruning(
            server.context().getBean(DatabaseClient.class),
            new RetentionProperties(Duration.ofDays(40)))
        .prune()
        .block(PATIENCE);
    assertThat(left()).containsExactly("access 39", "access 41", "body 39", "body 41", "usage 39");
  }

  @Test
  void takesTheRetentionFromAPolicyThatWasWritten() {
    assertThat(server.patch("/v1/keys/" + key, DAYS.formatted(3)).status()).isEqualTo(200);
    store(2, key);
    store(4, key);
    prune();
    assertThat(left()).containsExactly("access 2", "body 2", "usage 2");
  }

  private static void budget(String subject, String period, String startsAt) {
    tenants.run(
        """
        WITH made AS (
          INSERT INTO tollgate.budget (subject, period, starts_at, cap, spent, leased)
          VALUES (?, ?, %s, 10, 1, 2) RETURNING id)
        INSERT INTO tollgate.budget_lease SELECT 'replica', id, 2 FROM made\
        """
            .formatted(startsAt),
        subject,
        period);
  }

  @Test
  void dropsBudgetsWhoseWindowsAreLongOver() {
    tenants.run("DELETE FROM tollgate.budget");
    String hour = "date_trunc('hour', now(), 'UTC')";
    budget("key:k", "hour", hour);
    budget("key:k", "hour", hour + " - interval '47 hours'");
    budget("key:k", "hour", hour + " - interval '49 hours'");
    budget("key:k", "day", hour + " - interval '71 hours'");
    budget("key:k", "day", hour + " - interval '73 hours'");
    budget("key:k", "month", hour + " - interval '32 days'");
    budget("key:k", "month", hour + " - interval '34 days'");
    prune();
    assertThat(
            tenants.query(
                """
                SELECT period || ' ' || round(extract(epoch FROM date_trunc('hour', now(), 'UTC') - starts_at) / 3600)
                  FROM tollgate.budget ORDER BY 1\
                """))
        .containsExactly("day 71", "hour 0", "hour 47", "month 768");
    assertThat(tenants.query("SELECT count(*) FROM tollgate.budget_lease")).containsExactly("4");
  }

  @Test
  void dropsBudgetsOfTokensThatAreOver() {
    tenants.run("DELETE FROM tollgate.budget");
    String live = server.post("/v1/projects/" + project + "/tokens", "{}").text("/jti");
    String over = server.post("/v1/projects/" + project + "/tokens", "{}").text("/jti");
    tenants.run(
        "UPDATE tollgate.project_token SET expires_at = now() - interval '49 hours' WHERE jti = ?",
        over);
    budget("token:" + live, "total", "'epoch'");
    budget("token:" + over, "total", "'epoch'");
    prune();
    assertThat(tenants.query("SELECT subject FROM tollgate.budget"))
        .containsExactly("token:" + live);
  }
}
