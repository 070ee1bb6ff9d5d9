package dev.tollgate.admin.virtualkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.document.Documents;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds for a key in sum over its levels, and that it asks for no more than they grant. */
class EffectivePolicyIT {
  private static AdminServer server;

  private String organization;
  private String project;

  @BeforeAll
  static void start() {
    server = AdminServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void organizationWithAProject() {
    organization = server.organization();
    project = server.project(organization);
  }

  private static String json(String text) {
    return Documents.json(text).toString();
  }

  private static Response ok(Response response) {
    assertThat(response.status()).as(response.body()).isBetween(200, 201);
    return response;
  }

  private static void policy(String of, String id, String document) {
    ok(server.put("/v1/" + of + "/" + id + "/policy", json(document)));
  }

  private Response key(String permissions) {
    return server.post(
        "/v1/keys",
        json(
            "{'name':'k','scope':{'projects':['%s']},'permissions':%s}"
                .formatted(project, permissions)));
  }

  @Test
  void showsWhatHoldsInSumOverOrganizationTeamProjectAndKey() {
    String team =
        ok(server.post(
                "/v1/teams",
                json(
                    "{'organization_id':'%s','name':'t','project_ids':['%s']}"
                        .formatted(organization, project))))
            .id();
    Response key =
        ok(
            server.post(
                "/v1/keys",
                json(
                    """
                    {'name':'k','scope':{'team_id':'%s','projects':['%s']},
                     'permissions':{'models':{'allowed':['gpt-*'],'denied':['gpt-3*']}}}\
                    """
                        .formatted(team, project))));
    policy("organizations", organization, "{'permissions':{'models':{'denied':['o1']}}}");
    policy("teams", team, "{'permissions':{'models':['gpt-*','o1']}}");
    policy(
        "projects",
        project,
        "{'permissions':{'models':['*-mini','gpt-4o'],'operations':['read']}}");
    String path = "/v1/keys/" + key.id();
    Response effective = ok(server.get(path + "?effective=true"));
    assertThat(effective.json().at("/permissions"))
        .isEqualTo(
            Documents.json(
                """
                {'models':{'allowed':['gpt-4o','gpt-mini','gpt-*-mini'],'denied':['o1','gpt-3*']},
                 'operations':['read']}\
                """));
    assertThat(effective.id()).isEqualTo(key.id());
    assertThat(effective.header("etag")).isEqualTo("\"1\"");
    assertThat(ok(server.get(path)).json().at("/permissions/models/allowed/0").asString())
        .isEqualTo("gpt-*");
    assertThat(ok(server.get(path + "?effective=false")).json())
        .isEqualTo(ok(server.get(path)).json());
    assertThat(server.get(path + "?effective=yes").status()).isEqualTo(400);
  }

  @Test
  void ofSeveralProjectsOneIsChosen() {
    String second = server.project(organization);
    Response key =
        ok(
            server.post(
                "/v1/keys",
                json("{'name':'k','scope':{'projects':['%s','%s']}}".formatted(project, second))));
    policy("projects", second, "{'permissions':{'operations':['read']}}");
    String path = "/v1/keys/" + key.id() + "?effective=true";
    assertThat(ok(server.get(path)).json().has("permissions")).isFalse();
    assertThat(ok(server.get(path + "&project=" + second)).text("/permissions/operations/0"))
        .isEqualTo("read");
    assertThat(ok(server.get(path + "&project=" + project)).json().has("permissions")).isFalse();
    String foreign = server.project(server.organization());
    assertThat(server.get(path + "&project=" + foreign).status()).isEqualTo(404);
    Response everywhere =
        ok(
            server.post(
                "/v1/keys",
                json(
                    "{'name':'o','type':'organization','scope':{'organization_id':'%s'}}"
                        .formatted(organization))));
    String own = "/v1/keys/" + everywhere.id() + "?effective=true";
    assertThat(ok(server.get(own + "&project=" + second)).text("/permissions/operations/0"))
        .isEqualTo("read");
    assertThat(server.get(own + "&project=" + foreign).status()).isEqualTo(404);
    assertThat(server.get(own + "&project=x").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'operations':['read','write']}                             | /permissions/operations/1
          {'overrides':{'operations':['write']}}                      | /permissions/overrides/operations/0
          {'operations':['write'],'overrides':{'models':['claude-3']}} | /permissions/overrides/models/allowed/0
          {'routing':{'allowed_providers':['openai','groq']}}         | /permissions/routing/allowed_providers/1
          {'routing':{'force_provider':'groq'}}                       | /permissions/routing/force_provider
          {'inherit_from':'wide'}                                     | /permissions/models/allowed/0
          """)
  void refusesWhatExceedsThePolicyAbove(String permissions, String pointer) {
    ok(
        server.post(
            "/v1/templates",
            json(
                "{'organization_id':'%s','name':'wide','permissions':{'models':['o1']}}"
                    .formatted(organization))));
    policy(
        "projects",
        project,
        "{'permissions':{'models':['gpt-*'],'operations':['read'],'routing':{'allowed_providers':['openai']}}}");
    Response refused = key(permissions);
    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("exceeds_ceiling");
    assertThat(refused.json().at("/errors").valueStream())
        .anySatisfy(error -> assertThat(error.path("pointer").asString()).isEqualTo(pointer));
  }

  @Test
  void aLoweredCeilingIsNotRefused() {
    Response key = ok(key("{'models':['gpt-4o']}"));
    policy("projects", project, "{'permissions':{'models':['o1']}}");
    assertThat(
            ok(server.get("/v1/keys/" + key.id() + "?effective=true"))
                .json()
                .at("/permissions/models/allowed"))
        .isEmpty();
  }
}
