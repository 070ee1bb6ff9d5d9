package dev.tollgate.admin.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.schema.Ids;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageIT {
  private static AdminServer server;
  private static Tenants tenants;

  private String organization;
  private String project;
  private String key;
  private Client admin;

  @BeforeAll
  static void start() {
    // the watch stands still: these tests drain the inbox themselves
    server = AdminServer.startWith(Map.of("tollgate.inbox.interval", "1h"));
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

  private String path() {
    return "/v1/keys/" + key + "/usage";
  }

  private static String newId(String prefix) {
    return server.context().getBean(Ids.class).next(prefix);
  }

  /** As a gateway stores it. */
  private String use(String startedAt, String model, int status) {
    return use(project, key, startedAt, model, status);
  }

  private String use(
      String project, @Nullable String key, String startedAt, String model, int status) {
    String id = newId("use");
    tenants.run(
        """
        INSERT INTO tollgate.usage_event
          (id, started_at, finished_at, request_id, organization_id, project_id, key_id, provider, protocol,
           operation, model, resolved_model, status, outcome, streamed, input_tokens, output_tokens, cached_tokens,
           latency_ms, time_to_first_token_ms, attempts, metadata)
        VALUES (?, ?::timestamptz, now(), 'req_1', ?, ?, ?, 'openai', 'openai', 'chat_completion', ?, ?, ?,
                'completed', true, 10, 20, 5, 1200, 300, 1, '{"team":"x"}')\
        """,
        id,
        startedAt,
        organization,
        project,
        key,
        model,
        model + "-2026",
        status);
    return id;
  }

  private static List<String> ids(Response list) {
    assertThat(list.status()).as(list.toString()).isEqualTo(200);
    return StreamSupport.stream(list.json().path("data").spliterator(), false)
        .map(row -> row.path("id").asString())
        .toList();
  }

  @Test
  void showsWhatTheGatewayStored() {
    use("2026-11-01T10:00:00.123456Z", "gpt-4o", 200);
    Response list = admin.get(path());
    assertThat(list.json().at("/data/0/tokens").toString())
        .isEqualTo("{\"input\":10,\"output\":20,\"cached\":5,\"reasoning\":null}");
    assertThat(list.json().at("/data/0/estimated").asBoolean()).isFalse();
    assertThat(list.text("/data/0/timestamp")).isEqualTo("2026-11-01T10:00:00.123456Z");
    assertThat(list.text("/data/0/key_id")).isEqualTo(key);
    assertThat(list.text("/data/0/project_id")).isEqualTo(project);
    assertThat(list.text("/data/0/model")).isEqualTo("gpt-4o");
    assertThat(list.text("/data/0/resolved_model")).isEqualTo("gpt-4o-2026");
    assertThat(list.text("/data/0/provider")).isEqualTo("openai");
    assertThat(list.text("/data/0/operation")).isEqualTo("chat_completion");
    assertThat(list.json().at("/data/0/status").asInt()).isEqualTo(200);
    assertThat(list.json().at("/data/0/cost").isNull()).isTrue();
    assertThat(list.json().at("/data/0/unpriced").asBoolean()).isTrue();
    assertThat(list.json().at("/data/0/latency_ms").asInt()).isEqualTo(1200);
    assertThat(list.json().at("/data/0/time_to_first_token_ms").asInt()).isEqualTo(300);
    assertThat(list.json().at("/data/0/attempts").asInt()).isEqualTo(1);
    assertThat(list.text("/data/0/metadata/team")).isEqualTo("x");
    assertThat(list.json().path("next_cursor").isNull()).isTrue();
  }

  @Test
  void saysWhatTheGatewayHadToCountItself() {
    String id = use("2026-11-01T10:00:00Z", "gpt-4o", 200);
    tenants.run(
        "UPDATE tollgate.usage_event SET estimated = true, outcome = 'interrupted' WHERE id = ?",
        id);
    Response list = admin.get(path());
    assertThat(list.json().at("/data/0/estimated").asBoolean()).isTrue();
    assertThat(list.text("/data/0/outcome")).isEqualTo("interrupted");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 120_000, 10_000_000, 123_456_789})
  void showsMoneyAsAPlainDecimal(long micros) {
    String id = use("2026-11-01T10:00:00Z", "gpt-4o", 200);
    tenants.run(
        "UPDATE tollgate.usage_event SET cost_micro_usd = ?, unpriced = false WHERE id = ?",
        micros,
        id);
    Map<Long, String> shown =
        Map.of(
            0L,
            "0",
            1L,
            "0.000001",
            120_000L,
            "0.12",
            10_000_000L,
            "10",
            123_456_789L,
            "123.456789");
    assertThat(admin.get(path()).body())
        .contains("\"cost\":" + shown.get(micros) + ",")
        .contains("\"unpriced\":false");
  }

  @Test
  void pagesThroughRowsOfOneInstantWithoutLossOrRepetition() {
    List<String> stored = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      stored.add(use("2026-11-01T10:00:00Z", "a", 200));
    }
    stored.add(use("2026-11-01T10:00:01Z", "a", 200));
    stored.add(use("2026-11-01T09:00:00Z", "a", 200));
    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      Response page = admin.get(path() + "?limit=2" + cursor);
      seen.addAll(ids(page));
      cursor = "&cursor=" + page.text("/next_cursor");
    } while (!cursor.equals("&cursor="));
    assertThat(seen).containsExactlyInAnyOrderElementsOf(stored);
    assertThat(seen.getFirst()).isEqualTo(stored.get(5));
    assertThat(seen.getLast()).isEqualTo(stored.get(6));
  }

  @Test
  void filters() {
    String early = use("2026-11-01T10:00:00Z", "a", 200);
    String limited = use("2026-11-01T11:00:00Z", "a", 429);
    String other = use("2026-11-01T12:00:00Z", "b", 200);
    assertThat(ids(admin.get(path()))).containsExactly(other, limited, early);
    assertThat(ids(admin.get(path() + "?model=a"))).containsExactly(limited, early);
    assertThat(ids(admin.get(path() + "?model=b-2026"))).containsExactly(other);
    assertThat(ids(admin.get(path() + "?status=429"))).containsExactly(limited);
    assertThat(ids(admin.get(path() + "?status=2xx"))).containsExactly(other, early);
    assertThat(ids(admin.get(path() + "?from=2026-11-01T11:00:00Z")))
        .containsExactly(other, limited);
    assertThat(ids(admin.get(path() + "?to=2026-11-01T11:00:00Z"))).containsExactly(early);
    assertThat(
            ids(
                admin.get(
                    path() + "?from=2026-11-01T11:00:00Z&to=2026-11-01T12:00:00Z&status=4xx")))
        .containsExactly(limited);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from=yesterday", "to=2026-11-01", "from=0000-01-01T00:00:00Z", "status=ok", "status=999",
        "model=%00", "limit=1000", "cursor=!", "cursor=a2V5XzE", "cursor=OTk5OTk5OTk5OTk5OTk5OTk6YQ"
      })
  void refusesABadQuery(String query) {
    Response refused = admin.get(path() + "?" + query);
    assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
  }

  @Test
  void showsTheSameOfProjectsAndOrganizations() {
    String second = tenants.project(organization);
    String mine = use("2026-11-01T10:00:00Z", "a", 200);
    String byToken = use(second, null, "2026-11-01T11:00:00Z", "a", 200);
    String ofProject = "/v1/projects/" + project + "/usage";
    String ofOrganization = "/v1/organizations/" + organization + "/usage";
    assertThat(ids(admin.get(ofProject))).containsExactly(mine);
    assertThat(ids(admin.get(ofOrganization))).containsExactly(byToken, mine);
    assertThat(ids(admin.get(ofOrganization + "?limit=1"))).containsExactly(byToken);

    Client developer = tenants.member("developer", organization, second);
    assertThat(ids(developer.get(ofOrganization))).containsExactly(byToken);
    assertThat(developer.get(ofProject).status()).isEqualTo(403);
    assertThat(developer.get(path()).status()).isEqualTo(404);
    assertThat(ids(tenants.member("viewer", organization).get(ofOrganization))).hasSize(2);

    Client other = tenants.member("owner", tenants.organization());
    assertThat(other.get(path()).status()).isEqualTo(404);
    assertThat(other.get(ofProject).status()).isEqualTo(404);
    assertThat(other.get(ofOrganization).status()).isEqualTo(404);
    assertThat(admin.get("/v1/projects/%00/usage").status()).isIn(400, 404);
  }

  @Test
  void showsADeveloperOfAKeyWhatItDidInTheirOwnProjects() {
    String second = tenants.project(organization);
    use(second, key, "2026-11-01T11:00:00Z", "theirs", 200);
    String mine = use("2026-11-01T10:00:00Z", "mine", 200);
    Client developer = tenants.member("developer", organization, project);
    assertThat(ids(developer.get(path()))).containsExactly(mine);
    assertThat(ids(tenants.member("viewer", organization).get(path()))).hasSize(2);
  }

  @Test
  void showsOfATeamWhatItsKeysDid() {
    String team =
        server
            .post(
                "/v1/teams", "{\"organization_id\":\"%s\",\"name\":\"t\"}".formatted(organization))
            .id();
    String second = tenants.project(organization);
    tenants.run("UPDATE tollgate.virtual_key SET team_id = ? WHERE id = ?", team, key);
    String one = use("2026-11-01T10:00:00Z", "a", 200);
    String two = use(second, key, "2026-11-01T11:00:00Z", "a", 200);
    use(second, null, "2026-11-01T12:00:00Z", "a", 200);
    String ofTeam = "/v1/teams/" + team + "/usage";
    assertThat(ids(admin.get(ofTeam))).containsExactly(two, one);
    assertThat(ids(tenants.member("developer", organization, second).get(ofTeam)))
        .containsExactly(two);
    assertThat(tenants.member("owner", tenants.organization()).get(ofTeam).status()).isEqualTo(404);
    assertThat(admin.get("/v1/teams/%00/usage").status()).isIn(400, 404);
  }

  @Test
  void learnsFromTheInboxWhenAKeyWasLastUsed() {
    tell("key_used", "2026-11-01T10:00:00Z", key, null);
    tell("key_used", "2026-11-01T10:00:05Z", key, null);
    drain();
    assertThat(admin.get("/v1/keys/" + key).text("/last_used_at"))
        .isEqualTo("2026-11-01T10:00:05Z");
    tell("key_used", "2026-11-01T09:00:00Z", key, null);
    drain();
    assertThat(admin.get("/v1/keys/" + key).text("/last_used_at"))
        .isEqualTo("2026-11-01T10:00:05Z");
    assertThat(admin.get("/v1/keys/" + key).json().path("version").asInt()).isEqualTo(1);
    assertThat(tenants.query("SELECT id FROM tollgate.inbox")).isEmpty();
  }

  @Test
  void doesNotBelieveATimeToCome() {
    tell("key_used", "2099-01-01T00:00:00Z", key, null);
    drain();
    Instant shown = Instant.parse(admin.get("/v1/keys/" + key).text("/last_used_at"));
    assertThat(Duration.between(shown, Instant.now()))
        .isLessThan(Duration.ofMinutes(1))
        .isPositive();
  }

  @Test
  void putsWhatProvidersRefusedIntoTheAudit() {
    tell("credential_refused", "2026-11-01T10:00:00Z", null, "crd_1");
    drain();
    assertThat(
            tenants.query(
                "SELECT action || ' ' || event_type || ' ' || resource_id FROM tollgate.audit_event"
                    + " WHERE organization_id = ? AND actor_type = 'gateway'",
                organization))
        .containsExactly("credential.refused security_alert crd_1");
  }

  @Test
  void putsWhatGatewaysFoundSuspiciousIntoTheAuditOfTheKey() {
    tenants.run(
        """
        INSERT INTO gateway_v1.inbox (id, at, kind, organization_id, key_id, details)
        VALUES (?, '2026-11-01T10:00:00Z', 'security_event', ?, ?, ?::jsonb)\
        """,
        newId("inb"),
        organization,
        key,
        "{\"reason\":\"nonce_replayed\",\"ip_address\":\"203.0.113.7\",\"request_id\":\"req_9\",\"count\":3}");
    drain();
    Response audit = admin.get("/v1/keys/" + key + "/audit?event_types=security_alert");
    assertThat(audit.json().at("/events")).hasSize(1);
    assertThat(audit.text("/events/0/action")).isEqualTo("security.event");
    assertThat(audit.text("/events/0/organization_id")).isEqualTo(organization);
    assertThat(audit.text("/events/0/project_id")).isEqualTo(project);
    assertThat(audit.text("/events/0/resource_type")).isEqualTo("key");
    assertThat(audit.text("/events/0/user_id")).isEqualTo("gateway");
    assertThat(audit.text("/events/0/timestamp")).isEqualTo("2026-11-01T10:00:00Z");
    assertThat(audit.text("/events/0/ip_address")).isEqualTo("203.0.113.7");
    assertThat(audit.text("/events/0/request_id")).isEqualTo("req_9");
    assertThat(audit.json().at("/events/0/details").toString())
        .isEqualTo("{\"count\":3,\"reason\":\"nonce_replayed\"}");
  }

  @Test
  void takesASecurityEventThatSaysNothingMore() {
    tenants.run(
        "INSERT INTO gateway_v1.inbox (id, at, kind, organization_id, details)"
            + " VALUES (?, now(), 'security_event', ?, '[1]')",
        newId("inb"),
        organization);
    drain();
    Response audit =
        admin.get("/v1/organizations/" + organization + "/audit?event_types=security_alert");
    assertThat(audit.json().at("/events")).hasSize(1);
    assertThat(audit.text("/events/0/resource_type")).isEqualTo("gateway");
    assertThat(audit.json().at("/events/0/project_id").isNull()).isTrue();
    assertThat(audit.json().at("/events/0/details").toString()).isEqualTo("{}");
  }

  @Test
  void takesMoreThanABatchAtOnce() {
    tenants.run(
        """
        INSERT INTO gateway_v1.inbox (id, at, kind, key_id)
        SELECT 'inb_' || lpad(n::text, 26, '0'), now(), 'key_used', ? FROM generate_series(1, 2500) n\
        """,
        key);
    drain();
    assertThat(tenants.query("SELECT id FROM tollgate.inbox")).isEmpty();
  }

  private void tell(String kind, String at, @Nullable String keyId, @Nullable String credentialId) {
    tenants.run(
        """
        INSERT INTO gateway_v1.inbox (id, at, kind, organization_id, key_id, credential_id)
        VALUES (?, ?::timestamptz, ?, ?, ?, ?)\
        """,
        newId("inb"),
        at,
        kind,
        organization,
        keyId,
        credentialId);
  }

  private static void drain() {
    server.context().getBean(InboxDrain.class).drain().block(Duration.ofSeconds(20));
  }
}
