package dev.tollgate.admin.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.schema.TestDatabase.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditIT {

  private static AdminServer server;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void saysWhoDidWhatFromWhere() {
    String project = server.project(server.organization());
    server
        .as(server.rootKey())
        .with("X-Request-Id", "r-77")
        .patch("/v1/projects/" + project, "{\"name\":\"New\"}");
    Response audit = server.get("/v1/audit?resource_id=" + project);
    assertThat(audit.json().at("/data")).hasSize(2);
    assertThat(audit.text("/data/0/action")).isEqualTo("project.updated");
    assertThat(audit.text("/data/0/user_id")).isEqualTo("root");
    assertThat(audit.text("/data/0/ip_address")).isEqualTo("127.0.0.1");
    assertThat(audit.text("/data/0/request_id")).isEqualTo("r-77");
    assertThat(audit.text("/data/0/before/name")).isEqualTo("App");
    assertThat(audit.text("/data/0/after/name")).isEqualTo("New");
    assertThat(audit.text("/data/1/action")).isEqualTo("project.created");
  }

  @Test
  void namesTheMemberAndTheKeyThatTheyUsed() {
    String organization = server.organization();
    String member =
        server
            .post(
                "/v1/organizations/" + organization + "/members",
                "{\"email\":\"ann@company.com\",\"role\":\"admin\"}")
            .id();
    String body = "{\"name\":\"cli\",\"user_id\":\"" + member + "\"}";
    Response first = server.post("/v1/admin-keys", body);
    Response second = server.post("/v1/admin-keys", body);
    String project = server.as(first.text("/key")).post("/v1/projects", "{\"name\":\"a\"}").id();
    server.as(second.text("/key")).patch("/v1/projects/" + project, "{\"name\":\"b\"}");

    Response audit = server.get("/v1/audit?user_id=" + member);
    assertThat(audit.json().at("/data")).hasSize(2);
    assertThat(audit.text("/data/0/user_id")).isEqualTo(member);
    assertThat(audit.text("/data/0/details/admin_key_id")).isEqualTo(second.id());
    assertThat(audit.text("/data/1/details/admin_key_id")).isEqualTo(first.id());
    Response ofKey = server.get("/v1/audit?user_id=" + first.id());
    assertThat(ofKey.json().at("/data")).hasSize(1);
    assertThat(ofKey.text("/data/0/action")).isEqualTo("project.created");
    assertThat(server.get("/v1/audit?user_id=root&resource_id=" + member).json().at("/data"))
        .hasSize(1);
  }

  @Test
  void noChangeStandsWithoutItsRow() {
    server
        .database()
        .execute(Role.SUPERUSER, "REVOKE INSERT ON tollgate.audit_event FROM tollgate_admin");
    try {
      Response refused = server.post("/v1/organizations", "{\"name\":\"unseen\"}");
      assertThat(refused.status()).isEqualTo(500);
      assertThat(refused.code()).isEqualTo("internal_error");
      assertThat(refused.body()).doesNotContain("audit_event");
      assertThat(server.get("/v1/organizations?limit=200").body()).doesNotContain("unseen");
    } finally {
      server
          .database()
          .execute(Role.SUPERUSER, "GRANT INSERT ON tollgate.audit_event TO tollgate_admin");
    }
  }

  @Test
  void showsTheOwnOrganizationOnly() {
    String mine = server.organization();
    String theirs = server.organization();
    Client viewer = server.member(mine, "viewer");
    assertThat(viewer.get("/v1/audit?limit=200").body()).contains(mine).doesNotContain(theirs);
    assertThat(viewer.get("/v1/audit?organization_id=" + theirs).status()).isEqualTo(404);
    assertThat(viewer.get("/v1/audit?resource_id=" + theirs).json().at("/data")).isEmpty();
    assertThat(server.member(mine, "developer").get("/v1/audit").status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "lifecycle,1",
    "permission_change,0",
    "'lifecycle,access',1",
    "lifecycle&event_types=access,1",
    "'access,usage&event_types=lifecycle',1"
  })
  void filtersByType(String types, int found) {
    String project = server.project(server.organization());
    Response audit = server.get("/v1/audit?resource_id=" + project + "&event_types=" + types);
    assertThat(audit.json().at("/data")).hasSize(found);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event_types=x",
        "event_types=access,,usage",
        "start_date=yesterday",
        "start_date=0000-01-01",
        "end_date=2026-02-30",
        "end_date=2026-11-01T10:00",
        "start_date=%2B99999-01-01T00:00:00Z",
        "resource_id=%00",
        "user_id=",
        "limit=0"
      })
  void refusesBadFilters(String query) {
    assertThat(server.get("/v1/audit?" + query).status()).isEqualTo(400);
  }
}
