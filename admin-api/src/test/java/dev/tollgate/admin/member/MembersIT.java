package dev.tollgate.admin.member;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Members, their admin keys, and what goes with them. */
class MembersIT {
  private static AdminServer server;
  private static Tenants tenants;

  private String organization;
  private String project;
  private Client owner;

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
    owner = tenants.member("owner", organization);
  }

  private String members() {
    return "/v1/organizations/" + organization + "/members";
  }

  private String member(String email, String role, String more) {
    Response made = server.post(members(), json("{'email':'%s','role':'%s'%s}", email, role, more));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    return made.id();
  }

  /** A client with a new admin key of this member. */
  private static Client as(String user) {
    Response made = server.post("/v1/admin-keys", json("{'name':'cli','user_id':'%s'}", user));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    return server.as(made.text("/key"));
  }

  @Test
  void makesReadsChangesAndDeletesAMember() {
    Response made =
        owner.post(
            members(),
            json(
                """
                {'email':'Ann@company.com','subject':'auth0|1','name':'Ann','role':'developer',
                 'project_ids':['%s']}\
                """,
                project));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    assertThat(made.id()).startsWith("usr_");
    assertThat(made.text("/type")).isEqualTo("person");
    String path = members() + "/" + made.id();
    Response found = owner.get(path);
    assertThat(found.text("/email")).isEqualTo("Ann@company.com");
    assertThat(found.text("/project_ids/0")).isEqualTo(project);
    assertThat(found.header("etag")).isEqualTo("\"1\"");
    assertThat(owner.get(members()).text("/data/0/id")).isEqualTo(made.id());
    assertThat(owner.with("If-Match", "\"3\"").patch(path, "{}").status()).isEqualTo(412);
    Response changed = owner.patch(path, json("{'role':'viewer'}"));
    assertThat(changed.text("/role")).isEqualTo("viewer");
    assertThat(changed.json().at("/project_ids")).isEmpty();
    assertThat(owner.delete(path).status()).isEqualTo(204);
    assertThat(owner.get(path).status()).isEqualTo(404);
    assertThat(
            tenants.query(
                "SELECT action || ' ' || event_type FROM tollgate.audit_event WHERE resource_id = ?",
                made.id()))
        .containsExactlyInAnyOrder(
            "member.created permission_change",
            "member.updated permission_change",
            "member.deleted permission_change");
  }

  @Test
  void anAddressAndASubjectAreOneMembersOnly() {
    member("bob@company.com", "viewer", ",'subject':'s1'");
    for (String body :
        List.of(
            "{'email':'BOB@company.com','role':'viewer'}", "{'subject':'s1','role':'viewer'}")) {
      Response refused = owner.post(members(), json(body));
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.code()).isEqualTo("member_exists");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'role':'viewer'} | 400 | /email",
        "{'email':'no','role':'viewer'} | 400 | /email",
        "{'email':'a@b.c'} | 400 | /role",
        "{'email':'a@b.c','role':'king'} | 400 | /role",
        "{'email':'a@b.c','role':'viewer','nope':1} | 400 | /nope",
        "{'type':'robot','role':'viewer'} | 400 | /name",
        "{'type':'robot','name':'r','email':'a@b.c','role':'viewer'} | 400 | /email",
        "{'email':'a@b.c','role':'admin','project_ids':['prj_1']} | 400 | /project_ids",
        "{'email':'a@b.c','role':'developer','project_ids':['prj_1']} | 422 | /project_ids",
        "{'email':'a@b.c','role':'developer','team_ids':['team_1']} | 422 | /team_ids",
      })
  void refusesWhatIsNoMember(String body, int status, String pointer) {
    Response refused = owner.post(members(), json(body));
    assertThat(refused.status()).as(refused.toString()).isEqualTo(status);
    assertThat(refused.text("/errors/0/pointer")).isEqualTo(pointer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin", "developer", "viewer"})
  void onlyOwnersWriteMembers(String role) {
    String id = member(role + "@company.com", role, "");
    Client self = as(id);
    assertThat(self.get(members() + "/" + id).status()).isEqualTo(200);
    assertThat(self.patch(members() + "/" + id, json("{'role':'owner'}")).status()).isEqualTo(403);
    assertThat(self.post(members(), json("{'email':'x@y.z','role':'viewer'}")).status())
        .isEqualTo(403);
    assertThat(self.delete(members() + "/" + id).status()).isEqualTo(403);
    assertThat(self.post("/v1/admin-keys", json("{'name':'n','user_id':'%s'}", id)).status())
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'role':'admin'}", "{'disabled':true}", "delete"})
  void theLastOwnerCannotGo(String change) {
    String first = member("first@company.com", "owner", "");
    Response refused = apply(change, first);
    assertThat(refused.status()).as(refused.toString()).isEqualTo(409);
    assertThat(refused.code()).isEqualTo("last_owner");
    String second = member("second@company.com", "owner", "");
    assertThat(apply(change, first).status()).isLessThan(300);
    assertThat(apply(change, second).status()).isEqualTo(409);
  }

  private Response apply(String change, String id) {
    return change.equals("delete")
        ? server.delete(members() + "/" + id)
        : server.patch(members() + "/" + id, json(change));
  }

  @Test
  void aRobotWhoseKeysAreGoneIsNoOtherOwner() {
    String person = member("first@company.com", "owner", "");
    Response key =
        server.post(
            "/v1/admin-keys",
            json("{'organization_id':'%s','name':'ci','role':'owner'}", organization));
    assertThat(key.text("/user_id")).startsWith("usr_");
    server.delete("/v1/admin-keys/" + key.id());
    assertThat(server.delete(members() + "/" + person).code()).isEqualTo("last_owner");
  }

  @Test
  void aKeyOfAMemberIsWorthWhatTheMemberIs() {
    String id = member("dev@company.com", "developer", "");
    Client key = as(id);
    String body = json("{'name':'k','scope':{'projects':['%s']}}", project);
    assertThat(key.post("/v1/keys", body).status()).isEqualTo(403);
    server.patch(members() + "/" + id, json("{'project_ids':['%s']}", project));
    assertThat(key.post("/v1/keys", body).status()).isEqualTo(201);
    server.patch(members() + "/" + id, json("{'role':'viewer'}"));
    assertThat(key.post("/v1/keys", body).status()).isEqualTo(403);
    server.patch(members() + "/" + id, json("{'disabled':true}"));
    assertThat(key.get("/v1/keys").status()).isEqualTo(401);
    server.patch(members() + "/" + id, json("{'disabled':false}"));
    assertThat(key.get("/v1/keys").status()).isEqualTo(200);
    server.delete(members() + "/" + id);
    assertThat(key.get("/v1/keys").status()).isEqualTo(401);
  }

  @Test
  void aDeveloperBelongsToTheProjectsOfTheirTeams() {
    String team =
        server
            .post(
                "/v1/teams",
                json(
                    "{'organization_id':'%s','name':'t','project_ids':['%s']}",
                    organization, project))
            .id();
    Client key = as(member("dev@company.com", "developer", json(",'team_ids':['%s']", team)));
    assertThat(key.post("/v1/keys", json("{'name':'k'}")).text("/scope/projects/0"))
        .isEqualTo(project);
    server.patch("/v1/teams/" + team, json("{'project_ids':[]}"));
    assertThat(
            key.post("/v1/keys", json("{'name':'l','scope':{'projects':['%s']}}", project))
                .status())
        .isEqualTo(403);
  }

  @Test
  void refusesAnAdminKeyForNobodyAndOneThatSaysMoreThanItsMember() {
    String foreign = tenants.organization();
    String theirs =
        server
            .post(
                "/v1/organizations/" + foreign + "/members",
                json("{'email':'x@y.z','role':'owner'}"))
            .id();
    for (String id : List.of(theirs, "usr_00000000000000000000000000", "x")) {
      Response refused = owner.post("/v1/admin-keys", json("{'name':'n','user_id':'%s'}", id));
      assertThat(refused.status()).isEqualTo(422);
      assertThat(refused.code()).isEqualTo("unknown_user");
    }
    String id = member("dev@company.com", "developer", "");
    Response more =
        owner.post("/v1/admin-keys", json("{'name':'n','user_id':'%s','role':'owner'}", id));
    assertThat(more.status()).isEqualTo(400);
    assertThat(owner.post("/v1/admin-keys", json("{'name':'n'}")).status()).isEqualTo(400);
  }

  @Test
  void aUsersKeyGoesWithTheUser() {
    String id = member("dev@company.com", "developer", json(",'project_ids':['%s']", project));
    Client developer = as(id);
    Response made = developer.post("/v1/keys", json("{'name':'own','type':'user'}"));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    assertThat(made.text("/members/0/user_id")).isEqualTo(id);
    assertThat(gatewaySees("disabled", made)).containsExactly("f");
    server.patch(members() + "/" + id, json("{'disabled':true}"));
    assertThat(gatewaySees("disabled", made)).containsExactly("t");
    String path = "/v1/keys/" + made.id();
    assertThat(server.get(path).text("/status")).isEqualTo("disabled");
    assertThat(server.post(path + "/enable", "").code()).isEqualTo("member_disabled");
    server.patch(members() + "/" + id, json("{'disabled':false}"));
    assertThat(server.get(path).text("/status")).isEqualTo("active");
    server.patch(members() + "/" + id, json("{'project_ids':[]}"));
    assertThat(gatewaySees("project_ids", made)).containsExactly("{}");
    server.delete(members() + "/" + id);
    assertThat(server.get(path).text("/status")).isEqualTo("revoked");
    assertThat(gatewaySees("revoked_at IS NOT NULL", made)).containsExactly("t");
  }

  private static List<String> gatewaySees(String column, Response created) {
    var digest = server.context().getBean(KeyDigester.class).digest(created.text("/key"));
    return tenants.query(
        "SELECT " + column + " FROM gateway_v1.virtual_key WHERE digest = ?", digest.value());
  }
}
