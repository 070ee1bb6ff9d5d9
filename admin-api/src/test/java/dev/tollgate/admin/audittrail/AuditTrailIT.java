package dev.tollgate.admin.audittrail;

import static dev.tollgate.admin.Tenants.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.schema.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTrailIT {

  private static AdminServer server;
  private static Tenants tenants;

  private String organization = "";
  private String project = "";
  private String key = "";
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
    key =
        admin
            .post(
                "/v1/keys", "{\"name\":\"k\",\"scope\":{\"projects\":[\"%s\"]}}".formatted(project))
            .id();
  }

  private static List<String> actions(Response trail) {
    assertThat(trail.status()).as(trail.toString()).isEqualTo(200);
    return StreamSupport.stream(trail.json().path("events").spliterator(), false)
        .map(event -> event.path("action").asString())
        .toList();
  }

  @Test
  void tellsWhatHappenedToAKey() {
    admin.post("/v1/keys/" + key + "/disable", "{\"reason\":\"leaked\"}");
    Response trail = admin.get("/v1/keys/" + key + "/audit");
    assertThat(actions(trail)).containsExactly("key.disabled", "key.created");
    assertThat(trail.text("/events/0/timestamp")).isNotEmpty();
    assertThat(trail.text("/events/0/event_type")).isEqualTo("lifecycle");
    assertThat(trail.text("/events/0/user_id")).startsWith("adm_");
    assertThat(trail.text("/events/0/ip_address")).isEqualTo("127.0.0.1");
    assertThat(trail.json().at("/events/0").has("details")).isTrue();
    assertThat(trail.json().path("next_cursor").isNull()).isTrue();
  }

  @Test
  void tellsOfAKeyThatItWentWithSomethingElse() {
    Client owner = tenants.member("owner", organization);
    String untouched = owner.post("/v1/keys", json("{'name':'o','type':'organization'}")).id();
    String again =
        owner.post("/v1/keys", json("{'name':'b','scope':{'projects':['%s']}}", project)).id();
    owner.delete("/v1/keys/" + again);
    String user =
        server
            .post(
                "/v1/organizations/" + organization + "/members",
                json("{'email':'a@b.c','role':'developer','project_ids':['%s']}", project))
            .id();
    Client member =
        server.as(
            server.post("/v1/admin-keys", json("{'name':'n','user_id':'%s'}", user)).text("/key"));
    String own = member.post("/v1/keys", json("{'name':'own','type':'user'}")).id();

    owner.delete("/v1/organizations/" + organization + "/members/" + user);
    revokedBecauseOf(user, own, project);
    owner.delete("/v1/projects/" + project);
    revokedBecauseOf(project, key, project);
    owner.delete("/v1/organizations/" + organization);
    revokedBecauseOf(organization, untouched, "null");
    assertThat(
            tenants.query(
                "SELECT id FROM tollgate.audit_event WHERE resource_id = ? AND action = 'key.revoked'",
                again))
        .hasSize(1);
  }

  private static void revokedBecauseOf(String cause, String key, String project) {
    assertThat(
            tenants.query(
                """
                SELECT concat_ws(' ', event_type, details ->> 'because_of', coalesce(project_id, 'null'), actor_type)
                  FROM tollgate.audit_event WHERE resource_id = ? AND action = 'key.revoked'\
                """,
                key))
        .containsExactly("lifecycle " + cause + " " + project + " admin_key");
  }

  @Test
  void tellsWhatHappenedInAProjectAndInAnOrganization() {
    admin.patch("/v1/projects/" + project, "{\"name\":\"new\"}");
    String other = tenants.project(organization);
    admin.patch("/v1/projects/" + other, "{\"name\":\"new\"}");
    assertThat(actions(admin.get("/v1/projects/" + project + "/audit")))
        .contains("project.updated")
        .hasSize(actions(admin.get("/v1/audit?project_id=" + project), "data").size());
    assertThat(actions(admin.get("/v1/organizations/" + organization + "/audit")))
        .containsSubsequence("project.updated", "project.updated", "key.created");
  }

  private static List<String> actions(Response list, String member) {
    return StreamSupport.stream(list.json().path(member).spliterator(), false)
        .map(event -> event.path("action").asString())
        .toList();
  }

  @Test
  void tellsWhatHappenedToATeamAndItsKeys() {
    String team =
        server
            .post(
                "/v1/teams", "{\"organization_id\":\"%s\",\"name\":\"t\"}".formatted(organization))
            .id();
    tenants.run("UPDATE tollgate.virtual_key SET team_id = ? WHERE id = ?", team, key);
    assertThat(actions(admin.get("/v1/teams/" + team + "/audit")))
        .containsExactly("team.created", "key.created");
  }

  @Test
  void tellsOfRequestsThatGatewaysNoted() {
    tenants.run(
        """
        INSERT INTO gateway_v1.access_event
          (id, at, request_id, organization_id, project_id, caller_type, caller_id, ip_address, outcome, details)
        VALUES (?, '2026-11-03T12:00:00Z', 'req_1', ?, ?, 'virtual_key', ?, '203.0.113.7', 'refused',
                '{"code":"model_not_allowed"}')\
        """,
        server.context().getBean(Ids.class).next("evt"),
        organization,
        project,
        key);
    Response trail = admin.get("/v1/keys/" + key + "/audit?event_types=access,security_alert");
    assertThat(actions(trail)).containsExactly("request.refused");
    assertThat(trail.text("/events/0/timestamp")).isEqualTo("2026-11-03T12:00:00Z");
    assertThat(trail.text("/events/0/event_type")).isEqualTo("access");
    assertThat(trail.text("/events/0/user_id")).isEqualTo(key);
    assertThat(trail.text("/events/0/user_type")).isEqualTo("virtual_key");
    assertThat(trail.text("/events/0/ip_address")).isEqualTo("203.0.113.7");
    assertThat(trail.text("/events/0/request_id")).isEqualTo("req_1");
    assertThat(trail.text("/events/0/resource_type")).isEqualTo("key");
    assertThat(trail.json().at("/events/0/details").toString())
        .isEqualTo("{\"code\":\"model_not_allowed\"}");
    assertThat(actions(admin.get("/v1/projects/" + project + "/audit")))
        .contains("request.refused");
    assertThat(actions(admin.get("/v1/audit?resource_id=" + key), "data"))
        .containsExactly("request.refused", "key.created");
  }

  @Test
  void pages() {
    for (int i = 0; i < 4; i++) {
      admin.patch("/v1/keys/" + key, "{\"metadata\":{\"n\":\"%d\"}}".formatted(i));
    }
    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      Response page = admin.get("/v1/keys/" + key + "/audit?limit=2" + cursor);
      seen.addAll(actions(page));
      cursor = "&cursor=" + page.text("/next_cursor");
    } while (!cursor.equals("&cursor="));
    assertThat(seen).hasSize(5).endsWith("key.created");
  }

  @ParameterizedTest
  @CsvSource({
    "start_date=2026-11-03,2",
    "start_date=2026-11-03&end_date=2026-11-03,1",
    "end_date=2026-11-03T11:59:59Z,1",
    "end_date=2026-11-03T12:00:00%2B01:00,1",
    "start_date=2026-11-03T12:00:00Z&end_date=2026-11-03T12:00:01Z,1",
    "event_types=access,1",
    "event_types=access&event_types=usage,2",
    "'event_types=access,usage',2",
    "'event_types=access,usage&event_types=security_alert',3",
  })
  void filtersByDateAndType(String query, int found) {
    String subject = tenants.project(organization);
    happened(subject, "2026-11-02T12:00:00Z", "access");
    happened(subject, "2026-11-03T12:00:00Z", "usage");
    happened(subject, "2026-11-04T12:00:00Z", "security_alert");
    assertThat(actions(admin.get("/v1/projects/" + subject + "/audit?" + query))).hasSize(found);
  }

  private void happened(String subject, String at, String type) {
    tenants.run(
        """
        INSERT INTO tollgate.audit_event (id, at, organization_id, project_id, event_type, action, resource_type,
          resource_id, actor_type, actor_id)
        VALUES (?, ?::timestamptz, ?, ?, ?, 'x', 'project', ?, 'root', 'root')\
        """,
        server.context().getBean(Ids.class).next("evt"),
        at,
        organization,
        subject,
        type,
        subject);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"event_types=x", "start_date=x", "end_date=2026-02-30", "limit=0", "cursor=!"})
  void refusesABadQuery(String query) {
    assertThat(admin.get("/v1/keys/" + key + "/audit?" + query).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"keys", "projects", "organizations"})
  void isForThoseWhoMayReadTheAuditOfTheirOrganization(String kind) {
    String id = kind.equals("keys") ? key : kind.equals("projects") ? project : organization;
    String path = "/v1/" + kind + "/" + id + "/audit";
    assertThat(tenants.member("viewer", organization).get(path).status()).isEqualTo(200);
    assertThat(tenants.member("developer", organization, project).get(path).status())
        .isEqualTo(403);
    assertThat(tenants.member("owner", tenants.organization()).get(path).status()).isEqualTo(404);
    assertThat(admin.get("/v1/" + kind + "/%00/audit").status()).isIn(400, 404);
  }
}
