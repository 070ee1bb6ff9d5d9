package dev.tollgate.admin.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Organizations, projects, admin keys: made, read, changed, ended, and hidden from each other. */
class ProjectsIT {

  private static AdminServer server;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String organization() {
    return server.organization();
  }

  private static String project(String organization) {
    return server.project(organization);
  }

  private static Client member(String organization, String role) {
    return server.member(organization, role);
  }

  @Test
  void makesReadsRenamesAndDeletesAProject() {
    String organization = organization();
    String id = project(organization);
    assertThat(id).matches("prj_[0-9a-hjkmnp-tv-z]{26}");
    Response found = server.get("/v1/projects/" + id);
    assertThat(found.text("/name")).isEqualTo("App");
    assertThat(found.header("etag")).isEqualTo("\"1\"");
    Response renamed = server.patch("/v1/projects/" + id, "{\"name\":\"Other\"}");
    assertThat(renamed.text("/name")).isEqualTo("Other");
    assertThat(renamed.json().at("/version").asInt()).isEqualTo(2);
    assertThat(server.delete("/v1/projects/" + id).status()).isEqualTo(204);
    assertThat(server.get("/v1/projects/" + id).status()).isEqualTo(404);
  }

  @Test
  void saysHowLongItsTokensMayLast() {
    String organization = organization();
    assertThat(server.get("/v1/projects/" + project(organization)).text("/max_token_ttl"))
        .isEqualTo("90d");
    Response made =
        server.post(
            "/v1/projects",
            "{\"organization_id\":\"%s\",\"name\":\"x\",\"max_token_ttl\":3600}"
                .formatted(organization));
    assertThat(made.text("/max_token_ttl")).as(made.toString()).isEqualTo("1h");
    String path = "/v1/projects/" + made.id();
    assertThat(server.patch(path, "{\"name\":\"y\"}").text("/max_token_ttl")).isEqualTo("1h");
    Response changed = server.patch(path, "{\"max_token_ttl\":\"2d\"}");
    assertThat(changed.text("/max_token_ttl")).isEqualTo("2d");
    assertThat(changed.text("/name")).isEqualTo("y");
    assertThat(server.patch(path, "{\"max_token_ttl\":null}").text("/max_token_ttl"))
        .isEqualTo("90d");
    for (String bad : List.of("\"91d\"", "\"0s\"", "0", "-1", "\"soon\"", "1.5", "true", "[]")) {
      Response refused = server.patch(path, "{\"max_token_ttl\":" + bad + "}");
      assertThat(refused.status()).as(bad).isEqualTo(400);
      assertThat(refused.code()).as(bad).isEqualTo("invalid_value");
      assertThat(refused.text("/errors/0/pointer")).as(bad).isEqualTo("/max_token_ttl");
    }
  }

  @Test
  void aChangeToAVersionThatIsGoneIsRefused() {
    String id = project(organization());
    Client root = server.as(server.rootKey());
    assertThat(
            root.with("If-Match", "\"7\"").patch("/v1/projects/" + id, "{\"name\":\"x\"}").status())
        .isEqualTo(412);
    assertThat(root.with("If-Match", "\"7\"").delete("/v1/projects/" + id).status()).isEqualTo(412);
    assertThat(
            root.with("If-Match", "\"1\"").patch("/v1/projects/" + id, "{\"name\":\"x\"}").status())
        .isEqualTo(200);
  }

  @Test
  void anotherOrganizationsProjectLooksLikeNone() {
    String mine = organization();
    String theirs = project(organization());
    Client owner = member(mine, "owner");
    Response foreign = owner.with("X-Request-Id", "same").get("/v1/projects/" + theirs);
    Response missing =
        owner.with("X-Request-Id", "same").get("/v1/projects/prj_00000000000000000000000000");
    assertThat(foreign.status()).isEqualTo(404);
    assertThat(foreign.body()).isEqualTo(missing.body());
    assertThat(owner.delete("/v1/projects/" + theirs).status()).isEqualTo(404);
    assertThat(owner.patch("/v1/projects/" + theirs, "{\"name\":\"x\"}").status()).isEqualTo(404);
    assertThat(owner.get("/v1/projects").json().at("/data")).isEmpty();
  }

  @Test
  void listsInPages() {
    String organization = organization();
    String first = project(organization);
    String second = project(organization);
    String query = "/v1/projects?limit=1&organization_id=" + organization;
    Response page = server.get(query);
    assertThat(page.text("/data/0/id")).isEqualTo(second);
    Response next = server.get(query + "&cursor=" + page.text("/next_cursor"));
    assertThat(next.text("/data/0/id")).isEqualTo(first);
    assertThat(next.json().at("/next_cursor").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"limit=0", "limit=x", "limit=1000", "cursor=%21", "cursor=AAAA"})
  void refusesBadPages(String query) {
    assertThat(server.get("/v1/projects?" + query).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"owner,201,200", "admin,201,403", "developer,403,403", "viewer,403,403"})
  void rolesDoWhatTheirRowOfTheMatrixSays(String role, int makesProject, int renamesOrganization) {
    String organization = organization();
    Client member = member(organization, role);
    assertThat(member.post("/v1/projects", "{\"name\":\"p\"}").status()).isEqualTo(makesProject);
    assertThat(member.patch("/v1/organizations/" + organization, "{\"name\":\"n\"}").status())
        .isEqualTo(renamesOrganization);
    assertThat(member.get("/v1/organizations/" + organization).status()).isEqualTo(200);
    assertThat(member.post("/v1/organizations", "{\"name\":\"n\"}").status()).isEqualTo(403);
  }

  @Test
  void anOrganizationWithProjectsIsNotDeleted() {
    String organization = organization();
    String project = project(organization);
    assertThat(server.delete("/v1/organizations/" + organization).status()).isEqualTo(409);
    server.delete("/v1/projects/" + project);
    Client owner = member(organization, "owner");
    assertThat(server.delete("/v1/organizations/" + organization).status()).isEqualTo(204);
    assertThat(owner.get("/v1/projects").status()).isEqualTo(401);
  }

  @Test
  void anAdminKeyIsShownOnceAndEndsAtOnce() {
    String organization = organization();
    Response made =
        server.post(
            "/v1/admin-keys",
            "{\"organization_id\":\"%s\",\"name\":\"ci\",\"role\":\"viewer\"}"
                .formatted(organization));
    String key = made.text("/key");
    assertThat(key).startsWith("tga_");
    Response shown = server.get("/v1/admin-keys/" + made.id());
    assertThat(shown.body()).doesNotContain(key);
    assertThat(shown.text("/last4")).isEqualTo(key.substring(key.length() - 4));
    assertThat(server.as(key).get("/v1/projects").status()).isEqualTo(200);
    assertThat(server.delete("/v1/admin-keys/" + made.id()).status()).isEqualTo(204);
    assertThat(server.as(key).get("/v1/projects").status()).isEqualTo(401);
  }

  @Test
  void anAdminKeyThatExpiredInThePastIsNotMade() {
    Response refused =
        server.post(
            "/v1/admin-keys",
            "{\"name\":\"n\",\"role\":\"owner\",\"expires_at\":\"2020-01-01T00:00:00Z\"}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text("/errors/0/pointer")).isEqualTo("/expires_at");
  }
}
