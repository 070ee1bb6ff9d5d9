package dev.tollgate.admin.virtualkey;

import static dev.tollgate.admin.Tenants.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members in a key's document: who sees it, who may manage it. */
class KeyMembersIT {
  private static AdminServer server;
  private static Tenants tenants;

  private String organization;
  private String project;
  private Client admin;
  private String team;
  private String user;
  private Client developer;

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
    team = admin.post("/v1/teams", json("{'name':'t','project_ids':['%s']}", project)).id();
    user = member("dev@company.com", "developer", "");
    developer = as(user);
  }

  private String member(String email, String role, String more) {
    return server
        .post(
            "/v1/organizations/" + organization + "/members",
            json("{'email':'%s','role':'%s'%s}", email, role, more))
        .id();
  }

  private static Client as(String id) {
    return server.as(
        server.post("/v1/admin-keys", json("{'name':'n','user_id':'%s'}", id)).text("/key"));
  }

  private Response teamKey(String members) {
    return admin.post(
        "/v1/keys",
        json("{'name':'k','type':'team','scope':{'team_id':'%s'},'members':%s}", team, members));
  }

  private static void assertManages(Client client, String id, boolean yes) {
    String path = "/v1/keys/" + id;
    int ok = yes ? 200 : 403;
    assertThat(client.patch(path, json("{'description':'d'}")).status()).isEqualTo(ok);
    assertThat(client.post(path + "/disable", "").status()).isEqualTo(ok);
    assertThat(client.post(path + "/enable", "").status()).isEqualTo(ok);
    assertThat(client.post(path + "/rotate", "").status()).isEqualTo(ok);
    assertThat(client.delete(path).status()).isEqualTo(yes ? 204 : 403);
  }

  @Test
  void aDeveloperWhoMayManageATeamKeyDoes() {
    Response made =
        teamKey(json("[{'user_id':'%s','role':'developer','can_manage_key':true}]", user));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    assertThat(made.text("/members/0/role")).isEqualTo("developer");
    assertThat(developer.get("/v1/keys").text("/data/0/id")).isEqualTo(made.id());
    assertManages(developer, made.id(), true);
  }

  @Test
  void oneWhoMayNotSeesItOnly() {
    Response made = teamKey(json("[{'user_id':'%s'}]", user));
    assertThat(made.json().at("/members/0/can_manage_key").asBoolean(true)).isFalse();
    assertThat(developer.get("/v1/keys/" + made.id()).status()).isEqualTo(200);
    assertManages(developer, made.id(), false);
    Response path = admin.patch("/v1/keys/" + made.id(), json("{'members':null}"));
    assertThat(path.json().has("members")).isFalse();
    assertThat(developer.get("/v1/keys/" + made.id()).status()).isEqualTo(404);
    assertThat(developer.get("/v1/keys").json().at("/data")).isEmpty();
  }

  @Test
  void oneOfTheTeamSeesItsKeysAndManagesNone() {
    Response made = teamKey("[]");
    Client mate = as(member("mate@company.com", "developer", json(",'team_ids':['%s']", team)));
    assertThat(mate.get("/v1/keys").text("/data/0/id")).isEqualTo(made.id());
    assertManages(mate, made.id(), false);
    assertThat(developer.get("/v1/keys/" + made.id()).status()).isEqualTo(404);
  }

  @Test
  void anEntryDecidesAlsoInTheDevelopersOwnProject() {
    String id = member("own@company.com", "developer", json(",'project_ids':['%s']", project));
    String key = admin.post("/v1/keys", json("{'name':'p','members':[{'user_id':'%s'}]}", id)).id();
    assertManages(as(id), key, false);
    String other = admin.post("/v1/keys", json("{'name':'q'}")).id();
    assertManages(as(id), other, true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'user_id':'usr_00000000000000000000000000'}] | 422 | /members/0/user_id",
        "[{'user_id':'USER','role':'owner'}] | 422 | /members/0/role",
        "[{'user_id':'USER','role':'viewer','can_manage_key':true}] | 400 | /members/0/can_manage_key",
        "[{'user_id':'USER'},{'user_id':'USER'}] | 400 | /members/1/user_id",
        "[{'user_id':'USER','x':1}] | 400 | /members/0/x",
        "[{'role':'viewer'}] | 400 | /members/0/user_id",
        "[7] | 400 | /members/0",
        "7 | 400 | /members",
      })
  void refusesWhatIsNoMember(String members, int status, String pointer) {
    Response refused = teamKey(members.replace("USER", user));
    assertThat(refused.status()).as(refused.toString()).isEqualTo(status);
    assertThat(refused.text("/errors/0/pointer")).isEqualTo(pointer);
  }

  @Test
  void somebodyElsesMemberIsAsUnknownAsNobody() {
    String foreign =
        server
            .post(
                "/v1/organizations/" + tenants.organization() + "/members",
                json("{'email':'x@y.z','role':'owner'}"))
            .id();
    Response refused = teamKey(json("[{'user_id':'%s'}]", foreign));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("unknown_user");
  }

  @Test
  void aMemberWhoIsRemovedLeavesTheKeys() {
    Response made = teamKey(json("[{'user_id':'%s','can_manage_key':true}]", user));
    server.delete("/v1/organizations/" + organization + "/members/" + user);
    Response shown = admin.get("/v1/keys/" + made.id());
    assertThat(shown.json().has("members")).isFalse();
    assertThat(shown.json().path("version").asInt()).isEqualTo(2);
  }

  @Test
  void aUsersKeyIsItsUsersAlone() {
    String id = member("own@company.com", "developer", json(",'project_ids':['%s']", project));
    Client own = as(id);
    String key = own.post("/v1/keys", json("{'name':'mine','type':'user'}")).id();
    Client mate =
        as(member("mate@company.com", "developer", json(",'project_ids':['%s']", project)));
    assertThat(mate.get("/v1/keys/" + key).status()).isEqualTo(404);
    assertThat(mate.get("/v1/keys").json().at("/data")).isEmpty();
    assertThat(admin.get("/v1/keys/" + key).status()).isEqualTo(200);
    Response given = own.patch("/v1/keys/" + key, json("{'members':[{'user_id':'%s'}]}", user));
    assertThat(given.code()).isEqualTo("immutable_field");
    assertManages(own, key, true);
  }

  @Test
  void aUsersKeyNamesOneMemberWhoIsWhereItHolds() {
    assertThat(server.post("/v1/keys", userKey("[]")).code()).isEqualTo("user_required");
    Response elsewhere = admin.post("/v1/keys", userKey(json("[{'user_id':'%s'}]", user)));
    assertThat(elsewhere.status()).isEqualTo(422);
    assertThat(elsewhere.code()).isEqualTo("scope_mismatch");
    String id = member("own@company.com", "developer", json(",'project_ids':['%s']", project));
    Response made = admin.post("/v1/keys", userKey(json("[{'user_id':'%s'}]", id)));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    assertThat(as(id).delete("/v1/keys/" + made.id()).status()).isEqualTo(403);
    for (String other : List.of(user, id)) {
      assertThat(
              as(member(
                      other + "@company.com", "developer", json(",'project_ids':['%s']", project)))
                  .post("/v1/keys", userKey(json("[{'user_id':'%s'}]", other)))
                  .status())
          .isEqualTo(403);
    }
  }

  private String userKey(String members) {
    return json(
        "{'name':'u','type':'user','scope':{'projects':['%s']},'members':%s}", project, members);
  }
}
