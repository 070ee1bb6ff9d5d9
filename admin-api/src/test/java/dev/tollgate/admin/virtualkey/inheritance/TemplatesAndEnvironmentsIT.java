package dev.tollgate.admin.virtualkey.inheritance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import dev.tollgate.admin.document.Documents;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TemplatesAndEnvironmentsIT {
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
  void organizationWithAProject() {
    organization = tenants.organization();
    project = tenants.project(organization);
    owner = tenants.member("owner", organization);
  }

  private static String json(String text) {
    return Documents.json(text).toString();
  }

  private static Response made(Response response) {
    assertThat(response.status()).as(response.body()).isEqualTo(201);
    return response;
  }

  private static Response ok(Response response) {
    assertThat(response.status()).as(response.body()).isEqualTo(200);
    return response;
  }

  private Response template(String name, String models) {
    return made(
        owner.post(
            "/v1/templates",
            json("{'name':'%s','permissions':{'models':%s}}".formatted(name, models))));
  }

  private Response key(String members) {
    return owner.post(
        "/v1/keys", json("{'name':'k','scope':{'projects':['%s']}%s}".formatted(project, members)));
  }

  private String environment(String name) {
    return ok(owner.get("/v1/environments?limit=200"))
        .json()
        .at("/data")
        .valueStream()
        .filter(shown -> shown.path("name").asString().equals(name))
        .map(shown -> shown.path("id").asString())
        .findFirst()
        .orElseThrow();
  }

  /** What the gateway reads. */
  private static JsonNode published(Response key) {
    return Documents.json(
        tenants
            .query("SELECT policy FROM gateway_v1.virtual_key WHERE key_id = ?", key.id())
            .getFirst());
  }

  private static void assertPublished(Response key, String policy) {
    assertThat(published(key)).isEqualTo(Documents.json(policy));
  }

  private static int changes(Response key) {
    return Integer.parseInt(
        tenants
            .query("SELECT count(*) FROM tollgate.change WHERE target = ?", "key:" + key.id())
            .getFirst());
  }

  @ParameterizedTest
  @CsvSource({"templates,tpl_,permissions", "environments,env_,defaults"})
  void isMadeShownListedChangedAndDeleted(String path, String prefix, String block) {
    boolean isTemplate = path.equals("templates");
    String policy = isTemplate ? "'permissions':{'models':['a']}" : "";
    String body = json("{'name':'team_default'%s}".formatted(isTemplate ? "," + policy : ""));
    Response created = made(owner.with("Idempotency-Key", "1").post("/v1/" + path, body));
    assertThat(created.id()).startsWith(prefix);
    assertThat(created.text("/organization_id")).isEqualTo(organization);
    assertThat(created.json().has(block)).isTrue();
    assertThat(owner.with("Idempotency-Key", "1").post("/v1/" + path, body).id())
        .isEqualTo(created.id());
    assertThat(owner.post("/v1/" + path, body).code()).isEqualTo("name_taken");
    String own = "/v1/" + path + "/" + created.id();
    assertThat(ok(owner.get(own)).json()).isEqualTo(created.json());
    assertThat(ok(owner.get("/v1/" + path)).json().at("/data").valueStream())
        .contains(created.json());
    String patch =
        json(
            isTemplate
                ? "{'permissions':{'models':{'denied':['b']}}}"
                : "{'defaults':{'permissions':{'models':['c']}}}");
    assertThat(owner.with("If-Match", "\"7\"").patch(own, patch).status()).isEqualTo(412);
    Response patched = ok(owner.with("If-Match", "\"1\"").patch(own, patch));
    assertThat(patched.header("etag")).isEqualTo("\"2\"");
    assertThat(ok(owner.get(own)).json()).isEqualTo(patched.json());
    assertThat(owner.with("If-Match", "\"1\"").delete(own).status()).isEqualTo(412);
    assertThat(owner.delete(own).status()).isEqualTo(204);
    assertThat(owner.get(own).status()).isEqualTo(404);
    assertThat(
            tenants.query(
                "SELECT action FROM tollgate.audit_event WHERE resource_id = ? ORDER BY id",
                created.id()))
        .extracting(action -> action.substring(action.indexOf('.')))
        .containsExactly(".created", ".updated", ".deleted");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          templates    | {}                                               | /name required
          templates    | {'name':'tpl_x'}                                 | /name invalid_value
          templates    | {'name':'t','type':'project'}                    | /type unknown_field
          templates    | {'name':'t','permissions':{'inherit_from':'x'}}  | /permissions/inherit_from unknown_field
          templates    | {'name':'t','permissions':{'overrides':{}}}      | /permissions/overrides unknown_field
          templates    | {'name':'t','permissions':{'models':['?']}}      | /permissions/models/0 invalid_value
          templates    | {'name':'t','permissions':{'routing':{'fallback_allowed':true}}} | /permissions/routing/fallback_allowed unsupported_field
          environments | {'name':'a b'}                                   | /name invalid_value
          environments | {'name':'e','permissions':{}}                    | /permissions unknown_field
          environments | {'name':'e','defaults':{'models':['a']}}         | /defaults/models unknown_field
          environments | {'name':'e','defaults':{'permissions':{'models':['?']}}} | /defaults/permissions/models/0 invalid_value
          """)
  void refusesWhatIsNone(String path, String body, String expected) {
    Response refused = owner.post("/v1/" + path, json(body));
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.text("/errors/0/pointer") + " " + refused.text("/errors/0/code"))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"owner,201,200", "admin,201,200", "developer,403,200", "viewer,403,200"})
  void areWrittenByOwnersAndAdminsAndReadByAll(String role, int write, int read) {
    Client member = tenants.member(role, organization);
    for (String path : new String[] {"/v1/templates", "/v1/environments"}) {
      assertThat(member.post(path, json("{'name':'%s'}".formatted(role))).status())
          .isEqualTo(write);
      assertThat(member.get(path).status()).isEqualTo(read);
    }
  }

  @Test
  void anotherOrganizationsLookLikeNone() {
    Response template = template("theirs", "['a']");
    String environment = environment("production");
    Client stranger = tenants.member("owner", tenants.organization());
    for (String path :
        new String[] {"/v1/templates/" + template.id(), "/v1/environments/" + environment}) {
      assertThat(stranger.get(path).status()).isEqualTo(404);
      assertThat(stranger.patch(path, "{}").status()).isEqualTo(404);
      assertThat(stranger.delete(path).status()).isEqualTo(404);
    }
    assertThat(stranger.get("/v1/templates?organization_id=" + organization).status())
        .isEqualTo(404);
    assertThat(stranger.get("/v1/templates").json().at("/data")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "id"})
  void aKeyTakesFromItsTemplateWhatItDoesNotSay(String by) {
    Response template = template("base", "{'allowed':['a','b'],'denied':['c']}");
    String named = by.equals("name") ? "base" : template.id();
    Response key =
        made(
            key(
                ",'permissions':{'inherit_from':'%s','models':{'allowed':['b']}}"
                    .formatted(named)));
    assertThat(key.text("/permissions/inherit_from")).isEqualTo("base");
    assertThat(key.json().at("/permissions/models")).isEqualTo(Documents.json("{'allowed':['b']}"));
    assertPublished(key, "{'permissions':{'models':{'allowed':['b'],'denied':['c']}}}");
  }

  @Test
  void overridesWinOverTheKeyAndTheTemplateAndDefaultsComeLast() {
    template("base", "{'allowed':['t'],'denied':['t']}");
    ok(
        owner.patch(
            "/v1/environments/" + environment("staging"),
            json("{'defaults':{'permissions':{'models':{'allowed':['e'],'denied':['e']}}}}")));
    Response key = made(key(",'environment':'staging'"));
    assertPublished(key, "{'permissions':{'models':{'allowed':['e'],'denied':['e']}}}");
    String path = "/v1/keys/" + key.id();
    ok(owner.patch(path, json("{'permissions':{'inherit_from':'base','models':['k']}}")));
    assertPublished(key, "{'permissions':{'models':{'allowed':['k'],'denied':['t']}}}");
    ok(owner.patch(path, json("{'permissions':{'overrides':{'models':['o']}}}")));
    assertPublished(key, "{'permissions':{'models':{'allowed':['o'],'denied':['t']}}}");
    ok(owner.patch(path, json("{'permissions':{'overrides':null,'models':null}}")));
    assertPublished(key, "{'permissions':{'models':{'allowed':['t'],'denied':['t']}}}");
    ok(owner.patch(path, json("{'permissions':{'inherit_from':null},'environment':null}")));
    assertPublished(key, "{}");
  }

  @Test
  void aChangeOfATemplateOrOfDefaultsReachesTheKeysAtOnceAndNoOthers() {
    Response template = template("base", "['a']");
    Response key = made(key(",'environment':'staging','permissions':{'inherit_from':'base'}"));
    Response other =
        made(
            owner.post(
                "/v1/keys",
                json("{'name':'other','scope':{'projects':['%s']}}".formatted(project))));
    int before = changes(key);
    int others = changes(other);
    String path = "/v1/templates/" + template.id();
    ok(owner.patch(path, json("{'permissions':{'models':['b']}}")));
    assertPublished(key, "{'permissions':{'models':{'allowed':['b']}}}");
    assertThat(changes(key)).isGreaterThan(before);
    int after = changes(key);
    ok(owner.patch(path, json("{'description':'the same'}")));
    assertThat(changes(key)).isEqualTo(after);
    ok(
        owner.patch(
            "/v1/environments/" + environment("staging"),
            json("{'defaults':{'permissions':{'models':{'denied':['d']}}}}")));
    assertPublished(key, "{'permissions':{'models':{'allowed':['b'],'denied':['d']}}}");
    assertThat(changes(other)).isEqualTo(others);
    assertThat(ok(owner.get("/v1/keys/" + other.id())).header("etag")).isEqualTo("\"1\"");
  }

  @Test
  void aKeyOfWhichWhatItInheritsChangedHasANewVersionAndARowInTheAudit() {
    Response template = template("base", "['a']");
    Response key = made(key(",'environment':'staging','permissions':{'inherit_from':'base'}"));
    String path = "/v1/keys/" + key.id();
    assertThat(ok(owner.get(path)).header("etag")).isEqualTo("\"1\"");
    ok(owner.patch("/v1/templates/" + template.id(), json("{'permissions':{'models':['a','b']}}")));
    assertThat(ok(owner.get(path)).header("etag")).isEqualTo("\"2\"");
    assertThat(owner.with("If-Match", "\"1\"").patch(path, "{}").status()).isEqualTo(412);
    String staging = environment("staging");
    ok(
        owner.patch(
            "/v1/environments/" + staging,
            json("{'defaults':{'permissions':{'operations':['read']}}}")));
    // the template says more about models than the environment does: nothing changes
    ok(
        owner.patch(
            "/v1/environments/" + staging,
            json("{'defaults':{'permissions':{'models':{'allowed':['e']}}}}")));
    assertThat(ok(owner.get(path)).header("etag")).isEqualTo("\"3\"");
    JsonNode events = ok(owner.get(path + "/audit")).json().at("/events");
    assertThat(events.valueStream())
        .extracting(event -> event.path("action").asString())
        .containsExactly("key.inherited_changed", "key.inherited_changed", "key.created");
    assertThat(events.at("/0/details/because_of").asString()).isEqualTo(staging);
    assertThat(events.at("/1/details/because_of").asString()).isEqualTo(template.id());
    assertThat(events.at("/1/event_type").asString()).isEqualTo("lifecycle");
    assertThat(
            tenants.query(
                """
                SELECT concat(before #>> '{permissions,models,allowed}', after #>> '{permissions,models,allowed}')
                  FROM tollgate.audit_event WHERE resource_id = ? AND details ->> 'because_of' = ?\
                """,
                key.id(),
                template.id()))
        .containsExactly("[\"a\"][\"a\", \"b\"]");
  }

  @Test
  void aTemplateMayGetAnotherName() {
    Response template = template("base", "['a']");
    Response key = made(key(",'permissions':{'inherit_from':'base'}"));
    ok(owner.patch("/v1/templates/" + template.id(), json("{'name':'basis'}")));
    String path = "/v1/keys/" + key.id();
    assertThat(ok(owner.get(path)).text("/permissions/inherit_from")).isEqualTo("basis");
    ok(owner.patch(path, json("{'description':'x'}")));
    assertPublished(key, "{'permissions':{'models':{'allowed':['a']}}}");
  }

  @Test
  void aKeyNamesOnlyWhatItsOrganizationHas() {
    Client stranger = tenants.member("owner", tenants.organization());
    made(stranger.post("/v1/templates", json("{'name':'foreign'}")));
    made(stranger.post("/v1/environments", json("{'name':'qa'}")));
    Response template = key(",'permissions':{'inherit_from':'foreign'}");
    assertThat(template.status()).as(template.body()).isEqualTo(422);
    assertThat(template.code()).isEqualTo("unknown_template");
    assertThat(template.text("/errors/0/pointer")).isEqualTo("/permissions/inherit_from");
    Response environment = key(",'environment':'qa'");
    assertThat(environment.status()).as(environment.body()).isEqualTo(422);
    assertThat(environment.code()).isEqualTo("unknown_environment");
    assertThat(environment.text("/errors/0/pointer")).isEqualTo("/environment");
  }

  @Test
  void whatHasAnEnvironmentNamesOneThatThereIs() {
    String credential =
        json(
            """
            {'project_id':'%s','name':'c','provider':'openai','environment':'qa',
             'fields':{'api_key':'sk-0123456789abcdef'}}\
            """
                .formatted(project));
    Response plain =
        made(
            owner.post(
                "/v1/credentials", credential.replace("\"qa\"", "null").replace("\"c\"", "\"p\"")));
    String service =
        json(
            """
            {'project_id':'%s','name':'s','provider':'openai','environment':'qa','credential_id':'%s'}\
            """
                .formatted(project, plain.id()));
    String tokens = "/v1/projects/" + project + "/tokens";
    String token = json("{'environment':'qa'}");
    for (Response refused :
        new Response[] {
          owner.post("/v1/credentials", credential),
          owner.post("/v1/services", service),
          owner.post(tokens, token)
        }) {
      assertThat(refused.status()).as(refused.body()).isEqualTo(422);
      assertThat(refused.code()).isEqualTo("unknown_environment");
    }
    Response environment = made(owner.post("/v1/environments", json("{'name':'qa'}")));
    Response madeCredential = made(owner.post("/v1/credentials", credential));
    Response madeService = made(owner.post("/v1/services", service));
    Response madeToken = made(owner.post(tokens, token));
    Response madeKey = made(key(",'environment':'qa'"));
    Response inUse = owner.delete("/v1/environments/" + environment.id());
    assertThat(inUse.status()).isEqualTo(409);
    assertThat(inUse.code()).isEqualTo("environment_in_use");
    assertThat(inUse.json().at("/dependants").valueStream())
        .extracting(dependant -> dependant.path("id").asString())
        .containsExactly(
            madeCredential.id(), madeKey.id(), madeService.id(), madeToken.text("/jti"));
    owner.delete("/v1/credentials/" + madeCredential.id());
    owner.delete("/v1/services/" + madeService.id());
    owner.delete(tokens + "/" + madeToken.text("/jti"));
    owner.delete("/v1/keys/" + madeKey.id());
    Response deleted = owner.delete("/v1/environments/" + environment.id());
    assertThat(deleted.status()).as(deleted.body()).isEqualTo(204);
    assertThat(owner.get("/v1/keys/" + madeKey.id()).status()).isEqualTo(200);
  }

  @Test
  void aTemplateInUseIsNotDeleted() {
    Response template = template("base", "['a']");
    Response key = made(key(",'permissions':{'inherit_from':'base'}"));
    Response inUse = owner.delete("/v1/templates/" + template.id());
    assertThat(inUse.status()).isEqualTo(409);
    assertThat(inUse.code()).isEqualTo("template_in_use");
    assertThat(inUse.text("/dependants/0/id")).isEqualTo(key.id());
    assertThat(inUse.text("/dependants/0/type")).isEqualTo("key");
    owner.delete("/v1/keys/" + key.id());
    assertThat(owner.delete("/v1/templates/" + template.id()).status()).isEqualTo(204);
  }

  @Test
  void theUsualEnvironmentsAreThereWithoutDefaultsAndStay() {
    Response all = ok(owner.get("/v1/environments"));
    assertThat(all.json().at("/data").valueStream())
        .allSatisfy(shown -> {
          assertThat(shown.path("built_in").asBoolean()).isTrue();
          assertThat(shown.path("defaults")).isEmpty();
        })
        .extracting(shown -> shown.path("name").asString())
        .containsExactlyInAnyOrder("development", "staging", "production");
    String path = "/v1/environments/" + environment("production");
    assertThat(owner.delete(path).code()).isEqualTo("environment_built_in");
    Response renamed = owner.patch(path, json("{'name':'prod'}"));
    assertThat(renamed.status()).isEqualTo(422);
    assertThat(renamed.code()).isEqualTo("immutable_field");
  }

  @Test
  void whatIsInheritedStaysBelowTheCeiling() {
    ok(
        owner.call(
            "PUT",
            "/v1/projects/" + project + "/policy",
            json("{'permissions':{'models':['gpt-*']}}")));
    Response template = template("base", "['gpt-4o']");
    Response key = made(key(",'permissions':{'inherit_from':'base'}"));
    template("wide", "['claude-*']");
    Response exceeds =
        owner.patch("/v1/keys/" + key.id(), json("{'permissions':{'inherit_from':'wide'}}"));
    assertThat(exceeds.status()).isEqualTo(422);
    assertThat(exceeds.code()).isEqualTo("exceeds_ceiling");
    // the gateway holds the key to its project anyway
    ok(owner.patch("/v1/templates/" + template.id(), json("{'permissions':{'models':['x']}}")));
  }
}
