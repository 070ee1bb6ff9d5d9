package dev.tollgate.admin.team;

import static dev.tollgate.admin.Tenants.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import dev.tollgate.crypto.token.KeyDigester;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Teams, and the keys that are theirs. */
class TeamsIT {
  private static final String NOWHERE = "prj_00000000000000000000000000";
  private static AdminServer server;
  private static Tenants tenants;

  private String organization;
  private String project;
  private String other;
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
    other = tenants.project(organization);
    admin = tenants.member("admin", organization);
  }

  private String team(String name, String... projects) {
    Response made =
        admin.post(
            "/v1/teams",
            json(
                "{'name':'%s','project_ids':[%s]}",
                name, projects.length == 0 ? "" : "\"" + String.join("\",\"", projects) + "\""));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    return made.id();
  }

  private Response key(String name, String team, String more) {
    return admin.post(
        "/v1/keys",
        json("{'name':'%s','type':'team','scope':{'team_id':'%s'%s}}", name, team, more));
  }

  /** What the gateway sees of a secret. */
  private static List<String> gatewaySees(String column, Response created) {
    var digest = server.context().getBean(KeyDigester.class).digest(created.text("/key"));
    return tenants.query(
        "SELECT " + column + " FROM gateway_v1.virtual_key WHERE digest = ?", digest.value());
  }

  @Test
  void makesReadsChangesAndDeletesATeam() {
    String id = team("research", project);
    assertThat(id).startsWith("team_");
    Response found = admin.get("/v1/teams/" + id);
    assertThat(found.text("/organization_id")).isEqualTo(organization);
    assertThat(found.text("/project_ids/0")).isEqualTo(project);
    assertThat(found.header("etag")).isEqualTo("\"1\"");
    assertThat(admin.with("If-Match", "\"4\"").patch("/v1/teams/" + id, "{}").status())
        .isEqualTo(412);
    Response changed =
        admin.patch("/v1/teams/" + id, json("{'name':'lab','project_ids':['%s']}", other));
    assertThat(changed.text("/name")).isEqualTo("lab");
    assertThat(changed.text("/project_ids/0")).isEqualTo(other);
    assertThat(admin.get("/v1/teams").text("/data/0/id")).isEqualTo(id);
    assertThat(admin.delete("/v1/teams/" + id).status()).isEqualTo(204);
    assertThat(admin.get("/v1/teams/" + id).status()).isEqualTo(404);
    assertThat(admin.get("/v1/teams").json().at("/data")).isEmpty();
    assertThat(tenants.query("SELECT action FROM tollgate.audit_event WHERE resource_id = ?", id))
        .containsExactlyInAnyOrder("team.created", "team.updated", "team.deleted");
  }

  @Test
  void takesNoProjectOfSomebodyElse() {
    String foreign = tenants.project(tenants.organization());
    for (String id : List.of(foreign, NOWHERE)) {
      Response refused = admin.post("/v1/teams", json("{'name':'t','project_ids':['%s']}", id));
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.code()).isEqualTo("unknown_project");
      assertThat(refused.text("/errors/0/pointer")).isEqualTo("/project_ids");
    }
  }

  @Test
  void onlyOwnersAndAdminsWriteTeams() {
    String id = team("t");
    for (String role : List.of("developer", "viewer")) {
      Client member = tenants.member(role, organization);
      assertThat(member.post("/v1/teams", json("{'name':'x'}")).status()).isEqualTo(403);
      assertThat(member.patch("/v1/teams/" + id, "{}").status()).isEqualTo(403);
      assertThat(member.call("PUT", "/v1/teams/" + id + "/policy", "{}").status()).isEqualTo(403);
      assertThat(member.get("/v1/teams/" + id).status()).isEqualTo(200);
    }
  }

  @Test
  void aTeamKeyHoldsInAllProjectsOfItsTeamAsTheyComeAndGo() {
    String id = team("t", project);
    Response made = key("k", id, "");
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    assertThat(made.text("/type")).isEqualTo("team");
    assertThat(made.text("/scope/team_id")).isEqualTo(id);
    assertThat(made.json().at("/scope").has("projects")).isFalse();
    assertThat(gatewaySees("project_ids", made)).containsExactly("{" + project + "}");
    admin.patch("/v1/teams/" + id, json("{'project_ids':['%s']}", other));
    assertThat(gatewaySees("project_ids", made)).containsExactly("{" + other + "}");
    assertThat(admin.get("/v1/keys?project=" + other).text("/data/0/id")).isEqualTo(made.id());
    assertThat(admin.get("/v1/keys?project=" + project).json().at("/data")).isEmpty();
    assertThat(admin.get("/v1/keys?team=" + id).text("/data/0/id")).isEqualTo(made.id());
    tenants.run("UPDATE tollgate.project SET deleted_at = now() WHERE id = ?", other);
    assertThat(gatewaySees("project_ids", made)).containsExactly("{}");
  }

  @Test
  void keysOfATeamWaitForTheProjectsThatItIsGiven() {
    Client owner = tenants.member("owner", organization);
    String asking = json("{'permissions':{'require_approval':true}}");
    admin.patch("/v1/projects/" + other + "/policy", asking);
    String id = team("t", project);
    Response all = key("all", id, "");
    Response named = key("named", id, json(",'projects':['%s']", project));
    assertThat(gatewaySees("pending_approval", all)).containsExactly("f");

    giveProjects(id, project, other);
    assertThat(gatewaySees("pending_approval", all)).containsExactly("t");
    assertThat(gatewaySees("pending_approval", named)).containsExactly("f");
    String approve = "/v1/keys/" + all.id() + "/approve";
    assertThat(admin.post(approve, "").code()).isEqualTo("second_approver_required");
    assertThat(owner.post(approve, "").status()).isEqualTo(200);

    admin.patch("/v1/teams/" + id, json("{'name':'renamed'}"));
    assertThat(gatewaySees("pending_approval", all)).containsExactly("f");
    // the demand goes with the project that made it, but not by itself
    giveProjects(id, project, tenants.project(organization));
    assertThat(gatewaySees("pending_approval", all)).containsExactly("t");
    assertThat(tenants.query("SELECT approved_by FROM tollgate.virtual_key WHERE id = ?", all.id()))
        .containsExactly("null");
  }

  private void giveProjects(String team, String... projects) {
    Response given =
        admin.patch(
            "/v1/teams/" + team, json("{'project_ids':['%s']}", String.join("','", projects)));
    assertThat(given.status()).as(given.toString()).isEqualTo(200);
  }

  @Test
  void aKeyIsHeldToTheProjectsOfItsTeam() {
    String id = team("t", project);
    Response outside = key("k", id, json(",'projects':['%s']", other));
    assertThat(outside.status()).isEqualTo(422);
    assertThat(outside.code()).isEqualTo("scope_mismatch");
    Response inside = key("k", id, json(",'projects':['%s']", project));
    assertThat(inside.status()).isEqualTo(201);
    Response projects = admin.post("/v1/keys", json("{'name':'p','scope':{'team_id':'%s'}}", id));
    assertThat(projects.status()).as(projects.toString()).isEqualTo(201);
    assertThat(projects.text("/type")).isEqualTo("project");
    assertThat(projects.text("/scope/projects/0")).isEqualTo(project);
    Response organizations =
        admin.post(
            "/v1/keys", json("{'name':'o','type':'organization','scope':{'team_id':'%s'}}", id));
    assertThat(organizations.status()).isEqualTo(422);
    admin.patch("/v1/teams/" + id, json("{'project_ids':['%s']}", other));
    assertThat(gatewaySees("project_ids", inside)).containsExactly("{}");
  }

  @Test
  void takesTheOnlyTeamAndElseAsksForOne() {
    String body = json("{'name':'k','type':'team'}");
    assertThat(admin.post("/v1/keys", body).code()).isEqualTo("scope_required");
    String id = team("t");
    assertThat(admin.post("/v1/keys", body).text("/scope/team_id")).isEqualTo(id);
    team("u");
    assertThat(admin.post("/v1/keys", body).code()).isEqualTo("scope_required");
  }

  @Test
  void namesAreUniqueInTheTeam() {
    String id = team("t");
    String second = team("u");
    assertThat(key("same", id, "").status()).isEqualTo(201);
    assertThat(key("same", id, "").code()).isEqualTo("name_taken");
    assertThat(key("same", second, "").status()).isEqualTo(201);
    assertThat(
            admin
                .post("/v1/keys", json("{'name':'same','scope':{'projects':['%s']}}", project))
                .status())
        .isEqualTo(201);
  }

  @Test
  void itsPolicyIsALevelAndACeilingOfItsKeys() {
    String id = team("t", project);
    Response made = key("k", id, "");
    String policy = json("{'permissions':{'models':['gpt-*']}}");
    Response written = admin.call("PUT", "/v1/teams/" + id + "/policy", policy);
    assertThat(written.status()).as(written.toString()).isEqualTo(200);
    assertThat(written.header("etag")).isEqualTo("\"2\"");
    assertThat(gatewaySees("team_policy #>> '{permissions,models,allowed}'", made))
        .containsExactly("[\"gpt-*\"]");
    Response wider =
        admin.patch("/v1/keys/" + made.id(), json("{'permissions':{'models':['claude-*']}}"));
    assertThat(wider.status()).isEqualTo(422);
    assertThat(wider.code()).isEqualTo("exceeds_ceiling");
    Response patched =
        admin.patch(
            "/v1/teams/" + id + "/policy", json("{'permissions':{'models':{'denied':['gpt-4']}}}"));
    assertThat(patched.text("/permissions/models/allowed/0")).isEqualTo("gpt-*");
    assertThat(admin.get("/v1/teams/" + id + "/policy").text("/permissions/models/denied/0"))
        .isEqualTo("gpt-4");
  }

  @Test
  void aTeamWithKeysIsNotDeleted() {
    String id = team("t");
    Response made = key("k", id, "");
    Response refused = admin.delete("/v1/teams/" + id);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("team_not_empty");
    assertThat(refused.text("/keys/0")).isEqualTo(made.id());
    admin.delete("/v1/keys/" + made.id());
    assertThat(admin.delete("/v1/teams/" + id).status()).isEqualTo(204);
  }

  @Test
  void developersMakeNoTeamKeys() {
    String id = team("t", project);
    Client developer = tenants.member("developer", organization, project);
    Response refused =
        developer.post("/v1/keys", json("{'name':'k','type':'team','scope':{'team_id':'%s'}}", id));
    assertThat(refused.status()).isEqualTo(403);
  }
}
