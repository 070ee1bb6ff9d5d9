package dev.tollgate.admin.virtualkey;

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

/** The rule of two people, and what a revocation does to streams in flight. */
class ApprovalIT {
  private static AdminServer server;
  private static Tenants tenants;

  private String organization;
  private String project;
  private Client maker;
  private Client other;

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
    maker = tenants.member("admin", organization);
    other = tenants.member("owner", organization);
  }

  private static String path(Response key) {
    return "/v1/keys/" + key.id();
  }

  private Response pending() {
    Response made =
        maker.post("/v1/keys", json("{'name':'k','permissions':{'require_approval':true}}"));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    assertThat(made.text("/status")).isEqualTo("pending_approval");
    return made;
  }

  private Response approved() {
    Response made = pending();
    assertThat(other.post(path(made) + "/approve", "").status()).isEqualTo(200);
    return made;
  }

  private String status(Response key) {
    return maker.get(path(key)).text("/status");
  }

  private static List<String> gatewaySees(String column, Response created) {
    var digest = server.context().getBean(KeyDigester.class).digest(created.text("/key"));
    return tenants.query(
        "SELECT " + column + " FROM gateway_v1.virtual_key WHERE digest = ?", digest.value());
  }

  @Test
  void aSecondPersonApproves() {
    Response made = pending();
    assertThat(gatewaySees("pending_approval", made)).containsExactly("t");
    assertThat(gatewaySees("policy::text", made).getFirst()).doesNotContain("require_approval");
    Response own = maker.post(path(made) + "/approve", "");
    assertThat(own.status()).isEqualTo(403);
    assertThat(own.code()).isEqualTo("second_approver_required");
    for (String role : List.of("developer", "viewer")) {
      Client member = tenants.member(role, organization, project);
      assertThat(member.post(path(made) + "/approve", "").code()).isEqualTo("forbidden");
    }
    assertThat(other.with("If-Match", "\"9\"").post(path(made) + "/approve", "").status())
        .isEqualTo(412);
    Response given = other.post(path(made) + "/approve", "");
    assertThat(given.status()).as(given.toString()).isEqualTo(200);
    assertThat(given.text("/status")).isEqualTo("active");
    assertThat(given.text("/approved_by")).isNotEmpty();
    assertThat(gatewaySees("pending_approval", made)).containsExactly("f");
    Response again = other.post(path(made) + "/approve", "");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.code()).isEqualTo("not_pending_approval");
    assertThat(
            tenants.query(
                "SELECT event_type FROM tollgate.audit_event WHERE resource_id = ? AND action = 'key.approved'",
                made.id()))
        .containsExactly("permission_change");
  }

  @Test
  void twoAdminKeysOfOneMemberAreOnePerson() {
    String user =
        server
            .post(
                "/v1/organizations/" + organization + "/members",
                json("{'email':'a@b.c','role':'admin'}"))
            .id();
    String body = json("{'name':'n','user_id':'%s'}", user);
    Client first = server.as(server.post("/v1/admin-keys", body).text("/key"));
    Client second = server.as(server.post("/v1/admin-keys", body).text("/key"));
    Response made =
        first.post("/v1/keys", json("{'name':'k','permissions':{'require_approval':true}}"));
    assertThat(second.post(path(made) + "/approve", "").code())
        .isEqualTo("second_approver_required");
    assertThat(maker.post(path(made) + "/approve", "").status()).isEqualTo(200);
  }

  @Test
  void whatWidensAnApprovedKeyMustBeApprovedAgain() {
    Response made = approved();
    maker.patch(path(made), json("{'permissions':{'models':['gpt-*','o3']},'description':'x'}"));
    assertThat(status(made)).isEqualTo("active");
    other.patch(path(made), json("{'permissions':{'models':['gpt-*','o3','claude-*']}}"));
    assertThat(status(made)).isEqualTo("pending_approval");
    assertThat(other.post(path(made) + "/approve", "").code())
        .isEqualTo("second_approver_required");
    assertThat(maker.post(path(made) + "/approve", "").status()).isEqualTo(200);
  }

  @Test
  void whoWidensAWaitingKeyDoesNotApproveItEither() {
    Response made = pending();
    other.patch(path(made), json("{'environment':'production'}"));
    assertThat(other.post(path(made) + "/approve", "").code())
        .isEqualTo("second_approver_required");
    assertThat(maker.post(path(made) + "/approve", "").code())
        .isEqualTo("second_approver_required");
    assertThat(server.post(path(made) + "/approve", "").status()).isEqualTo(200);
  }

  @Test
  void toTakeTheRuleAwayNeedsAnApprovalItself() {
    Response waiting = pending();
    maker.patch(path(waiting), json("{'permissions':{'require_approval':false}}"));
    assertThat(status(waiting)).isEqualTo("pending_approval");
    maker.delete(path(waiting));
    Response made = approved();
    maker.patch(path(made), json("{'permissions':{'require_approval':null}}"));
    assertThat(status(made)).isEqualTo("pending_approval");
    assertThat(other.post(path(made) + "/approve", "").status()).isEqualTo(200);
    maker.patch(path(made), json("{'environment':'staging'}"));
    assertThat(status(made)).isEqualTo("active");
  }

  @Test
  void aKeyThatNobodyApprovedWaitsOnceTheRuleIsTurnedOn() {
    Response made = maker.post("/v1/keys", json("{'name':'k'}"));
    assertThat(status(made)).isEqualTo("active");
    maker.patch(path(made), json("{'permissions':{'require_approval':true}}"));
    assertThat(status(made)).isEqualTo("pending_approval");
    assertThat(maker.post(path(made) + "/approve", "").status()).isEqualTo(403);
    assertThat(other.post(path(made) + "/approve", "").status()).isEqualTo(200);
  }

  @Test
  void aProjectATeamAndAnOrganizationForceItOnTheirKeys() {
    String team = maker.post("/v1/teams", json("{'name':'t','project_ids':['%s']}", project)).id();
    String rule = json("{'permissions':{'require_approval':true}}");
    for (String place :
        List.of("projects/" + project, "teams/" + team, "organizations/" + organization)) {
      Response used =
          maker.post(
              "/v1/keys",
              json("{'name':'used','type':'team','scope':{'projects':['%s']}}", project));
      assertThat(status(used)).as(used.toString()).isEqualTo("active");
      assertThat(other.call("PUT", "/v1/" + place + "/policy", rule).status()).isEqualTo(200);
      assertThat(status(used)).as(place).isEqualTo("pending_approval");
      String document = "{'name':'made','type':'team','scope':{'projects':['%s']}%s}";
      String waived = ",'permissions':{'require_approval':false}";
      Response exceeding = maker.post("/v1/keys", json(document, project, waived));
      assertThat(exceeding.text("/errors/0/pointer")).isEqualTo("/permissions/require_approval");
      assertThat(exceeding.status()).isEqualTo(422);
      Response made = maker.post("/v1/keys", json(document, project, ""));
      assertThat(made.text("/status")).as(place).isEqualTo("pending_approval");
      assertThat(other.post(path(made) + "/approve", "").status()).isEqualTo(200);
      other.call("PUT", "/v1/" + place + "/policy", "{}");
      maker.delete(path(used));
      maker.delete(path(made));
    }
  }

  @Test
  void aTemplateForcesItAndAKeyCannotWaiveIt() {
    Response template = maker.post("/v1/templates", json("{'name':'tpl'}"));
    assertThat(template.status()).as(template.toString()).isEqualTo(201);
    Response made =
        maker.post(
            "/v1/keys",
            json("{'name':'k','permissions':{'inherit_from':'tpl','require_approval':false}}"));
    assertThat(status(made)).isEqualTo("active");
    Response changed =
        maker.patch(
            "/v1/templates/" + template.id(), json("{'permissions':{'require_approval':true}}"));
    assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
    assertThat(status(made)).isEqualTo("pending_approval");
    assertThat(gatewaySees("pending_approval", made)).containsExactly("t");
  }

  @Test
  void whoWidensAnApprovedKeyByItsTemplateDoesNotApproveIt() {
    String template =
        maker
            .post("/v1/templates", json("{'name':'wide','permissions':{'models':['a','b']}}"))
            .id();
    String inherits = "{'name':'%s','permissions':{'inherit_from':'wide'%s}}";
    Response made = maker.post("/v1/keys", json(inherits, "k", ",'require_approval':true"));
    Response free = maker.post("/v1/keys", json(inherits, "free", ""));
    assertThat(other.post(path(made) + "/approve", "").status()).isEqualTo(200);
    String path = "/v1/templates/" + template;
    maker.patch(path, json("{'permissions':{'models':['a']}}"));
    assertThat(status(made)).isEqualTo("active");
    maker.patch(path, json("{'permissions':{'models':['a','c']}}"));
    assertThat(status(made)).isEqualTo("pending_approval");
    assertThat(gatewaySees("pending_approval", made)).containsExactly("t");
    assertThat(status(free)).isEqualTo("active");
    assertThat(maker.post(path(made) + "/approve", "").code())
        .isEqualTo("second_approver_required");
    assertThat(other.post(path(made) + "/approve", "").status()).isEqualTo(200);
    assertThat(status(made)).isEqualTo("active");
  }

  @Test
  void aRevocationSaysWhetherStreamsInFlightEnd() {
    Response now = maker.post("/v1/keys", json("{'name':'now'}"));
    maker.delete(path(now));
    assertThat(gatewaySees("revoke_immediately", now)).containsExactly("t");
    Response later = maker.post("/v1/keys", json("{'name':'later'}"));
    maker.delete(path(later) + "?revoke_immediately=false");
    assertThat(gatewaySees("revoke_immediately", later)).containsExactly("f");
    assertThat(gatewaySees("revoked_at IS NOT NULL", later)).containsExactly("t");
  }
}
