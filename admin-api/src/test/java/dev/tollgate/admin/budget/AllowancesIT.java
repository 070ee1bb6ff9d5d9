package dev.tollgate.admin.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.Tenants;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a key shows of what is left of the limits over it. */
class AllowancesIT {

  private static AdminServer server;
  private static Tenants tenants;
  private static int events;

  private String organization;
  private String project;
  private String key;
  private Client admin;

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
    admin = tenants.member("admin", organization);
    key = admin.post("/v1/keys", "{\"name\":\"k\"}").id();
  }

  private void limitKey(String policy) {
    tenants.run(
        "UPDATE tollgate.virtual_key SET effective_policy = ?::jsonb WHERE id = ?",
        policy.replace('\'', '"'),
        key);
  }

  private void limit(String table, String id, String policy) {
    tenants.run(
        "UPDATE tollgate.%s SET policy = ?::jsonb WHERE id = ?".formatted(table),
        policy.replace('\'', '"'),
        id);
  }

  /** A row that a gateway has stored, so many seconds ago. */
  private void used(
      String byKey,
      @Nullable String model,
      double secondsAgo,
      long tokens,
      long micros,
      String... limits) {
    tenants.run(
        """
        INSERT INTO tollgate.usage_event
          (id, started_at, finished_at, request_id, organization_id, project_id, key_id, protocol, operation, model,
           status, outcome, streamed, latency_ms, attempts, input_tokens, output_tokens, cost_micro_usd,
           also_counts_in)
        VALUES (?, now() - make_interval(secs => ?), now(), 'r', ?, ?, ?, 'openai', 'chat_completion', ?, 200,
                'completed', false, 1, 1, ?, ?, ?, string_to_array(?, '|'))\
        """,
        "evt_" + events++,
        secondsAgo,
        organization,
        project,
        byKey,
        model,
        tokens,
        2 * tokens,
        micros,
        String.join("|", limits));
  }

  private static void budget(
      String subject, @Nullable String model, String period, long spent, long leased, long over) {
    tenants.run(
        """
        INSERT INTO tollgate.budget (subject, model, period, starts_at, cap, spent, leased, overrun)
        VALUES (?, ?, ?, date_trunc(?, now(), 'UTC'), 1000000000, ?, ?, ?)\
        """,
        subject,
        model,
        period,
        period,
        spent,
        leased,
        over);
  }

  private JsonNode shown() {
    return admin.get("/v1/keys/" + key).json();
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  @Test
  void showsNothingWhereNothingIsLimited() {
    assertThat(shown().path("remaining").toString()).isEqualTo("{}");
    assertThat(shown().path("budgets").toString()).isEqualTo("[]");
  }

  @Test
  void showsWhatIsSpentAndReservedOfEveryBudgetOverTheKey() {
    limitKey(
        """
        {'rate_limits':{'costs':{'per_day_max':10.5}},
         'permissions':{'models':{'limits':{'gpt-4o':{'max_cost_per_day':2}}}}}\
        """);
    limit("project", project, "{'rate_limits':{'costs':{'per_day_max':8}}}");
    limit("organization", organization, "{'rate_limits':{'costs':{'per_month_max':100}}}");
    budget("key:" + key, null, "day", 1_250_000, 500_000, 0);
    budget("key:" + key, "gpt-4o", "day", 2_000_000, 0, 1);
    budget("project:" + project, null, "day", 5_000_000, 0, 0);
    budget("organization:" + organization, null, "month", 0, 30_000_000, 0);
    budget("organization:" + organization, null, "day", 7, 7, 7);
    Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
    String tomorrow = today.plus(1, ChronoUnit.DAYS).toString();
    String month =
        today.atZone(ZoneOffset.UTC).withDayOfMonth(1).plusMonths(1).toInstant().toString();
    assertThat(shown().path("budgets").toString())
        .isEqualTo(
            Tenants.json(
                """
                [{'scope':'organization','scope_id':'%s','window':'month','limit':100,'spent':0,'reserved':30,\
                'resets_at':'%s'},\
                {'scope':'project','scope_id':'%s','window':'day','limit':8,'spent':5,'reserved':0,'resets_at':'%s'},\
                {'scope':'key','scope_id':'%s','window':'day','limit':10.5,'spent':1.25,'reserved':0.5,\
                'resets_at':'%s'},\
                {'scope':'key','scope_id':'%s','model':'gpt-4o','window':'day','limit':2,'spent':2.000001,'reserved':0,\
                'resets_at':'%s'}]\
                """,
                organization, month, project, tomorrow, key, tomorrow, key, tomorrow));
    assertThat(shown().path("remaining").toString())
        .isEqualTo(
            json(
                "{'costs':{'per_month_max':70,'per_day_max':3},'models':{'gpt-4o':{'max_cost_per_day':0}}}"));
  }

  @Test
  void countsWhatWasSpentBeforeThereWasABudget() {
    limitKey(
        """
        {'rate_limits':{'costs':{'per_day_max':1,'per_hour_max':1}},
         'permissions':{'models':{'limits':{'gpt-4o':{'max_cost_per_day':1}}}}}\
        """);
    limit("project", project, "{'rate_limits':{'costs':{'per_month_max':1}}}");
    used(key, "gpt-4o", 0, 1, 300_000);
    used(key, "other", 0, 1, 200_000);
    used("key_other", "gpt-4o", 0, 1, 100_000);
    assertThat(shown().path("remaining").toString())
        .isEqualTo(
            json(
                """
                {'costs':{'per_month_max':0.4,'per_hour_max':0.5,'per_day_max':0.5},\
                'models':{'gpt-4o':{'max_cost_per_day':0.7}}}\
                """));
  }

  @Test
  void countsRequestsAndTokensOfEveryLimit() {
    limitKey(
        """
        {'rate_limits':{'requests':{'per_second':10,'burst_size':40,'per_minute':100,'per_hour':1000,'per_day':10000},
                        'tokens':{'input_per_minute':1000,'output_per_minute':2000,'total_per_day':2}},
         'permissions':{'models':{'limits':{'gpt-4o':{'max_requests_per_day':50}}}}}\
        """);
    for (double ago : new double[] {0.1, 0.2, 20}) {
      used(key, "gpt-4o", ago, 10, 0);
    }
    used(key, "other", 0.1, 10, 0);
    used(key, "other", 120, 500, 0);
    used("key_other", "gpt-4o", 0.1, 10, 0);
    JsonNode remaining = shown().path("remaining");
    assertThat(remaining.at("/requests/per_minute").asInt()).isEqualTo(96);
    assertThat(remaining.at("/requests/per_second").asInt()).isEqualTo(37);
    assertThat(remaining.at("/tokens/input_per_minute").asInt()).isEqualTo(960);
    assertThat(remaining.at("/tokens/output_per_minute").asInt()).isEqualTo(1920);
    assertThat(remaining.at("/tokens/total_per_day").asInt()).isZero();
    // a test at midnight has rows of yesterday
    assertThat(remaining.at("/requests/per_hour").asInt()).isBetween(995, 1000);
    assertThat(remaining.at("/requests/per_day").asInt()).isBetween(9995, 10_000);
    assertThat(remaining.at("/models/gpt-4o/max_requests_per_day").asInt()).isBetween(47, 50);
    assertThat(remaining.has("concurrency")).isFalse();
  }

  @Test
  void countsEachModelOfAHolderByItself() {
    limitKey(
        """
        {'rate_limits':{'requests':{'per_day':100}},
         'permissions':{'models':{'limits':{'one':{'max_requests_per_day':50},'two':{'max_requests_per_day':60},
                                            'unused':{'max_requests_per_day':70}}}}}\
        """);
    for (String model : Arrays.<@Nullable String>asList("one", "one", "two", "other", null)) {
      used(key, model, 0, 1, 0);
    }
    assertThat(shown().path("remaining").toString())
        .isEqualTo(
            json(
                """
                {'requests':{'per_day':95},'models':{'one':{'max_requests_per_day':48},\
                'two':{'max_requests_per_day':59},'unused':{'max_requests_per_day':70}}}\
                """));
  }

  /** As the gateway's limits count: its rows say which limits they fall under by another name. */
  @Test
  void countsEverySpellingOfALimitedModel() {
    limitKey(
        """
        {'rate_limits':{'requests':{'per_day':100},'tokens':{'total_per_day':1000}},
         'permissions':{'models':{'limits':{'one':{'max_requests_per_day':50,'max_cost_per_day':1},
                                            'two':{'max_requests_per_day':60}}}}}\
        """);
    limit(
        "project",
        project,
        "{'permissions':{'models':{'limits':{'One':{'max_requests_per_day':2}}}}}");
    used(key, "one", 0, 1, 100_000);
    usedRespelled("ONE", 200_000, "key:" + key + " one", "project:" + project + " One");
    usedRespelled("one:free", 300_000, "key:" + key + " one");
    assertThat(shown().path("remaining").toString())
        .isEqualTo(
            json(
                """
                {'models':{'One':{'max_requests_per_day':1},\
                'one':{'max_requests_per_day':47,'max_cost_per_day':0.4},'two':{'max_requests_per_day':60}},\
                'requests':{'per_day':97},'tokens':{'total_per_day':991}}\
                """));
  }

  private void usedRespelled(String model, long micros, String... limits) {
    used(key, model, 0, 1, micros, limits);
  }

  @Test
  void leavesWhatTheTightestLevelLeaves() {
    limitKey("{'rate_limits':{'requests':{'per_minute':100}}}");
    limit("project", project, "{'rate_limits':{'requests':{'per_minute':50}}}");
    limit("organization", organization, "{'rate_limits':{'requests':{'per_minute':60}}}");
    used(key, "m", 1, 1, 0);
    used("key_other", "m", 1, 1, 0);
    assertThat(shown().at("/remaining/requests/per_minute").asInt()).isEqualTo(48);
  }

  @Test
  void countsATeamsKeysTogether() {
    String team =
        server
            .post(
                "/v1/teams", "{\"organization_id\":\"%s\",\"name\":\"t\"}".formatted(organization))
            .id();
    limit("team", team, "{'rate_limits':{'requests':{'per_minute':10},'costs':{'per_day_max':1}}}");
    tenants.run("UPDATE tollgate.virtual_key SET team_id = ? WHERE id = ?", team, key);
    used(key, "m", 1, 1, 100_000);
    assertThat(shown().at("/remaining/requests/per_minute").asInt()).isEqualTo(10);
    tenants.run("UPDATE tollgate.usage_event SET team_id = ? WHERE key_id = ?", team, key);
    tenants.run("UPDATE tollgate.usage_hour SET team_id = ? WHERE key_id = ?", team, key);
    assertThat(shown().at("/remaining/requests/per_minute").asInt()).isEqualTo(9);
    assertThat(shown().at("/budgets/0/scope").asString()).isEqualTo("team");
    assertThat(shown().at("/budgets/0/spent").asDouble()).isEqualTo(0.1);
  }

  @Test
  void aProjectAmongOthersHasABudgetAndBindsNotEveryRequest() {
    String second = tenants.project(organization);
    limit("project", second, "{'rate_limits':{'costs':{'per_day_max':1}}}");
    tenants.run(
        "UPDATE tollgate.virtual_key SET project_ids = ? WHERE id = ?",
        new String[] {project, second},
        key);
    assertThat(shown().path("remaining").toString()).isEqualTo("{}");
    assertThat(shown().at("/budgets/0/scope_id").asString()).isEqualTo(second);
  }

  @Test
  void showsTheSameInListsAndInSum() {
    limit("organization", organization, "{'rate_limits':{'costs':{'per_day_max':1}}}");
    String other = admin.post("/v1/keys", "{\"name\":\"k2\"}").id();
    used(key, "m", 0, 1, 250_000);
    JsonNode list = admin.get("/v1/keys").json().path("data");
    assertThat(list.size()).isEqualTo(2);
    for (JsonNode one : list) {
      assertThat(one.at("/remaining/costs/per_day_max").asDouble()).isEqualTo(0.75);
      assertThat(one.at("/budgets/0/spent").asDouble()).isEqualTo(0.25);
    }
    JsonNode effective = admin.get("/v1/keys/" + other + "?effective=true").json();
    assertThat(effective.at("/remaining/costs/per_day_max").asDouble()).isEqualTo(0.75);
    assertThat(effective.at("/rate_limits/costs/per_day_max").asInt()).isEqualTo(1);
  }
}
