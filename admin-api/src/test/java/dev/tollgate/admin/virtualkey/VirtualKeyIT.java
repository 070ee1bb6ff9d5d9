package dev.tollgate.admin.virtualkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import dev.tollgate.crypto.token.KeyDigester;
import dev.tollgate.crypto.token.KeyKind;
import dev.tollgate.crypto.token.OpaqueKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualKeyIT {
  private static AdminServer server;
  private static Tenants tenants;

  private String organization;
  private String project;
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
  }

  /** With single quotes for double ones; each %s is the next value. */
  private static String json(String text, Object... values) {
    String filled = text.replace('\'', '"');
    for (Object value : values) {
      int at = filled.indexOf("%s");
      filled = filled.substring(0, at) + value + filled.substring(at + 2);
    }
    return filled;
  }

  private Response create(String name) {
    return admin.post("/v1/keys", json("{'name':'%s'}", name));
  }

  private String createdId(String name) {
    Response created = create(name);
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    return created.id();
  }

  private static String path(String id) {
    return "/v1/keys/" + id;
  }

  private String status(String id) {
    return admin.get(path(id)).text("/status");
  }

  private static List<String> ids(Response list) {
    assertThat(list.status()).as(list.toString()).isEqualTo(200);
    return StreamSupport.stream(list.json().path("data").spliterator(), false)
        .map(key -> key.path("id").asString())
        .toList();
  }

  /** What the gateway sees of a secret; the first column asked for. */
  private static List<String> gatewaySees(String column, String secret) {
    var digest = server.context().getBean(KeyDigester.class).digest(secret);
    return tenants.query(
        "SELECT " + column + " FROM gateway_v1.virtual_key WHERE digest = ?", digest.value());
  }

  @Test
  void createsAKeyAndShowsItOnce() {
    Response created =
        admin.post(
            "/v1/keys",
            json(
                """
                {'name':'app','description':'d','environment':'production','metadata':{'team':'x'},
                 'expires_at':'2099-12-31T23:59:59Z','scope':{'projects':['%s']},
                 'permissions':{'models':['gpt-*']}}\
                """,
                project));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    String secret = created.text("/key");
    assertThat(OpaqueKey.isWellFormed(KeyKind.VIRTUAL_KEY, secret)).isTrue();
    assertThat(created.text("/last4")).isEqualTo(secret.substring(secret.length() - 4));
    assertThat(created.text("/status")).isEqualTo("active");
    assertThat(created.text("/scope/organization_id")).isEqualTo(organization);
    assertThat(created.text("/scope/projects/0")).isEqualTo(project);
    assertThat(created.text("/permissions/models/allowed/0")).isEqualTo("gpt-*");
    assertThat(created.header("etag")).isEqualTo("\"1\"");

    Response shown = admin.get(path(created.id()));
    assertThat(shown.body()).doesNotContain(secret);
    assertThat(shown.json().has("key")).isFalse();
    assertThat(shown.text("/name")).isEqualTo("app");
    assertThat(shown.text("/type")).isEqualTo("project");
    assertThat(shown.text("/environment")).isEqualTo("production");
    assertThat(shown.text("/expires_at")).isEqualTo("2099-12-31T23:59:59Z");
    assertThat(shown.text("/metadata/team")).isEqualTo("x");
    assertThat(shown.json().path("version").asInt()).isEqualTo(1);
    assertThat(shown.json().path("last_used_at").isNull()).isTrue();
  }

  @Test
  void givesTheGatewayWhatItEnforces() {
    Response created =
        admin.post(
            "/v1/keys",
            json("{'name':'app','metadata':{'a':'b'},'permissions':{'models':{'denied':['x']}}}"));
    String secret = created.text("/key");
    assertThat(gatewaySees("key_id", secret)).containsExactly(created.id());
    assertThat(gatewaySees("policy #>> '{permissions,models,denied}'", secret))
        .containsExactly("[\"x\"]");
    assertThat(gatewaySees("metadata ->> 'a'", secret)).containsExactly("b");
    assertThat(gatewaySees("project_ids[1]", secret)).containsExactly(project);
  }

  @Test
  void storesNoSecretInClearAnywhere() {
    String secret = create("clear").text("/key");
    List<String> tables =
        tenants.query(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'tollgate'");
    for (String table : tables) {
      assertThat(
              tenants.query(
                  "SELECT t::text FROM " + table + " t WHERE t::text LIKE ?", "%" + secret + "%"))
          .as(table)
          .isEmpty();
    }
  }

  @Test
  void writesTheAuditWithTheChange() {
    String id = createdId("audited");
    admin.patch(path(id), json("{'permissions':{'models':['x']}}"));
    admin.post(path(id) + "/disable", json("{'reason':'leak'}"));
    admin.post(path(id) + "/enable", "");
    admin.post(path(id) + "/rotate", "");
    admin.delete(path(id));
    assertThat(
            tenants.query(
                "SELECT action || ' ' || event_type FROM tollgate.audit_event WHERE resource_id = ? ORDER BY id",
                id))
        .containsExactlyInAnyOrder(
            "key.created lifecycle",
            "key.updated permission_change",
            "key.disabled lifecycle",
            "key.enabled lifecycle",
            "key.rotated lifecycle",
            "key.revoked lifecycle");
    assertThat(
            tenants.query(
                "SELECT details ->> 'reason' FROM tollgate.audit_event WHERE resource_id = ? AND action = 'key.disabled'",
                id))
        .containsExactly("leak");
  }

  @Test
  void refusesWhatIsNotEnforcedAndStoresNothing() {
    Response refused =
        admin.post(
            "/v1/keys", json("{'name':'k','permissions':{'routing':{'fallback_allowed':false}}}"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.code()).isEqualTo("unsupported_field");
    assertThat(refused.text("/errors/0/pointer"))
        .isEqualTo("/permissions/routing/fallback_allowed");
    assertThat(refused.text("/errors/0/code")).isEqualTo("unsupported_field");
    assertThat(ids(admin.get("/v1/keys"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "'x'",
        "{",
        "{'name':'a','name':'b'}",
        "{'name':'a'} {}",
        "{'name':'\\u0000'}",
        "{'nope':1}",
        "{'name':'a','metadata':{'x':1}}",
        "{'name':'a','metadata':{'x':'\\u0000'}}"
      })
  void refusesABadBody(String body) {
    Response refused = admin.post("/v1/keys", json(body));
    assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
    assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
    assertThat(ids(admin.get("/v1/keys"))).isEmpty();
  }

  @Test
  void takesTheOnlyProjectAsScopeElseAsksForOne() {
    assertThat(create("one").text("/scope/projects/0")).isEqualTo(project);
    tenants.project(organization);
    Response refused = create("two");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("scope_required");
    Client developer = tenants.member("developer", organization, project);
    assertThat(developer.post("/v1/keys", json("{'name':'two'}")).text("/scope/projects/0"))
        .isEqualTo(project);
  }

  @Test
  void asksTheRootKeyForAScopeWhereThereAreSeveralProjects() {
    tenants.project(tenants.organization());
    Response refused = server.post("/v1/keys", json("{'name':'root'}"));
    assertThat(refused.status()).isEqualTo(422);
    Response named =
        server.post(
            "/v1/keys", json("{'name':'root','scope':{'organization_id':'%s'}}", organization));
    assertThat(named.status()).as(named.toString()).isEqualTo(201);
    assertThat(named.text("/scope/projects/0")).isEqualTo(project);
  }

  @Test
  void hidesWhatIsOfAnotherOrganization() {
    String foreignOrganization = tenants.organization();
    String foreignProject = tenants.project(foreignOrganization);
    String id = createdId("mine");
    Client other = tenants.member("owner", foreignOrganization);
    String unknown = "key_00000000000000000000000000";
    assertThat(bodyOf(other.get(path(id)))).isEqualTo(bodyOf(other.get(path(unknown))));
    assertThat(other.get(path(id)).status()).isEqualTo(404);
    assertThat(other.patch(path(id), "{}").status()).isEqualTo(404);
    assertThat(other.delete(path(id)).status()).isEqualTo(404);
    assertThat(other.post(path(id) + "/rotate", "").status()).isEqualTo(404);
    assertThat(ids(other.get("/v1/keys"))).isEmpty();
    assertThat(ids(other.get("/v1/keys?project=" + project))).isEmpty();
    assertThat(other.get("/v1/keys?organization=" + organization).status()).isEqualTo(404);
    Response theirs =
        admin.post("/v1/keys", json("{'name':'x','scope':{'projects':['%s']}}", foreignProject));
    Response nowhere =
        admin.post(
            "/v1/keys",
            json("{'name':'x','scope':{'projects':['prj_00000000000000000000000000']}}"));
    assertThat(theirs.status()).isEqualTo(404);
    assertThat(bodyOf(theirs)).isEqualTo(bodyOf(nowhere));
  }

  private static String bodyOf(Response response) {
    return response.body().replace(response.text("/request_id"), "");
  }

  @Test
  void keepsDevelopersToTheirProjects() {
    String second = tenants.project(organization);
    Client developer = tenants.member("developer", organization, project);
    String own = developer.post("/v1/keys", json("{'name':'own'}")).id();
    String others =
        admin.post("/v1/keys", json("{'name':'o','scope':{'projects':['%s']}}", second)).id();
    assertThat(ids(developer.get("/v1/keys"))).containsExactly(own);
    assertThat(developer.get(path(others)).status()).isEqualTo(404);
    assertThat(developer.delete(path(others)).status()).isEqualTo(404);
    assertThat(
            developer
                .post("/v1/keys", json("{'name':'x','scope':{'projects':['%s']}}", second))
                .status())
        .isEqualTo(403);
    assertThat(
            developer
                .patch(path(own), json("{'scope':{'projects':['%s','%s']}}", project, second))
                .status())
        .isEqualTo(403);
    assertThat(developer.post("/v1/keys", json("{'name':'x','type':'organization'}")).status())
        .isEqualTo(403);
    Client viewer = tenants.member("viewer", organization);
    assertThat(viewer.get(path(own)).status()).isEqualTo(200);
    assertThat(viewer.post(path(own) + "/disable", "").status()).isEqualTo(403);
  }

  @Test
  void keepsNamesUniqueInAProjectWhileTheKeyIsActive() {
    String first = createdId("same");
    Response second = create("same");
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.code()).isEqualTo("name_taken");
    String elsewhere = tenants.project(organization);
    Response other =
        admin.post("/v1/keys", json("{'name':'same','scope':{'projects':['%s']}}", elsewhere));
    assertThat(other.status()).isEqualTo(201);
    Response both =
        admin.post(
            "/v1/keys",
            json("{'name':'same','scope':{'projects':['%s','%s']}}", elsewhere, project));
    assertThat(both.status()).isEqualTo(409);
    assertThat(admin.delete(path(first)).status()).isEqualTo(204);
    assertThat(
            admin
                .post("/v1/keys", json("{'name':'same','scope':{'projects':['%s']}}", project))
                .status())
        .isEqualTo(201);
    assertThat(other.status()).isEqualTo(201);
  }

  @Test
  void anExpiredKeyLosesItsNameToTheNextAndCannotComeBackUnderIt() {
    String old = createdId("seasonal");
    tenants.run(
        "UPDATE tollgate.virtual_key SET expires_at = now() - interval '1 s' WHERE id = ?", old);
    assertThat(status(old)).isEqualTo("expired");
    createdId("seasonal");
    Response back = admin.patch(path(old), json("{'expires_at':null}"));
    assertThat(back.status()).as(back.toString()).isEqualTo(409);
    assertThat(status(old)).isEqualTo("expired");
    assertThat(admin.patch(path(old), json("{'expires_at':null,'name':'s2'}")).text("/status"))
        .isEqualTo("active");
  }

  @Test
  void makesOneKeyOfTwentyRequestsForOneName() throws Exception {
    List<Callable<Integer>> calls =
        IntStream.range(0, 20)
            .<Callable<Integer>>mapToObj(i -> () -> create("race").status())
            .toList();
    assertThat(together(calls)).containsOnly(201, 409).containsOnlyOnce(201);
    assertThat(
            tenants.query(
                "SELECT id FROM tollgate.virtual_key WHERE organization_id = ?", organization))
        .hasSize(1);
    assertThat(
            tenants.query(
                "SELECT key_id FROM tollgate.virtual_key_digest d JOIN tollgate.virtual_key k ON k.id = d.key_id"
                    + " WHERE organization_id = ?",
                organization))
        .hasSize(1);
    assertThat(
            tenants.query(
                "SELECT id FROM tollgate.audit_event WHERE organization_id = ?", organization))
        .hasSize(1);
  }

  private static <T> List<T> together(List<Callable<T>> calls) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = threads.invokeAll(calls);
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }

  @Test
  void makesAKeyForAWholeOrganization() {
    String second = tenants.project(organization);
    Response created = admin.post("/v1/keys", json("{'name':'all','type':'organization'}"));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    assertThat(created.json().at("/scope/projects").isMissingNode()).isTrue();
    assertThat(gatewaySees("project_ids::text", created.text("/key")))
        .containsExactly("{" + project + "," + second + "}");
    assertThat(admin.post("/v1/keys", json("{'name':'all','type':'organization'}")).status())
        .isEqualTo(409);
    assertThat(ids(admin.get("/v1/keys?project=" + second))).containsExactly(created.id());
  }

  @Test
  void patchesWithLongAndShortForms() {
    String id = createdId("patched");
    Response patched =
        admin.patch(
            path(id),
            json("{'permissions':{'models':['a']},'metadata':{'k':'v'},'environment':'staging'}"));
    assertThat(patched.status()).as(patched.toString()).isEqualTo(200);
    assertThat(patched.header("etag")).isEqualTo("\"2\"");
    assertThat(patched.text("/permissions/models/allowed/0")).isEqualTo("a");
    Response again =
        admin.patch(
            path(id),
            json("{'permissions':{'all_models':true},'metadata':{'k':null},'environment':null}"));
    assertThat(again.text("/permissions/models/allowed/0")).isEqualTo("*");
    assertThat(again.json().has("metadata")).isFalse();
    assertThat(again.json().has("environment")).isFalse();
    assertThat(again.text("/name")).isEqualTo("patched");
  }

  @Test
  void refusesABadPatchAndChangesNothing() {
    String id = createdId("steady");
    createdId("other");
    String before = admin.get(path(id)).body();
    assertThat(admin.patch(path(id), json("{'name':null}")).code()).isEqualTo("required");
    assertThat(admin.patch(path(id), json("{'name':'other'}")).status()).isEqualTo(409);
    assertThat(admin.patch(path(id), json("{'type':'organization'}")).status()).isEqualTo(422);
    assertThat(admin.patch(path(id), json("{'status':'active'}")).code())
        .isEqualTo("unknown_field");
    assertThat(admin.patch(path(id), json("{'expires_at':'2001-01-01T00:00:00Z'}")).status())
        .isEqualTo(400);
    String foreign = tenants.project(tenants.organization());
    assertThat(admin.patch(path(id), json("{'scope':{'projects':['%s']}}", foreign)).status())
        .isEqualTo(404);
    assertThat(admin.get(path(id)).body()).isEqualTo(before);
  }

  @Test
  void rootCannotMoveAKeyToAnotherOrganization() {
    String id = createdId("stay");
    String foreignOrganization = tenants.organization();
    String foreign = tenants.project(foreignOrganization);
    Response moved =
        server.patch(
            path(id),
            json(
                "{'scope':{'organization_id':'%s','projects':['%s']}}",
                foreignOrganization, foreign));
    assertThat(moved.status()).isEqualTo(422);
    assertThat(moved.code()).isEqualTo("immutable_field");
  }

  @Test
  void honoursIfMatch() {
    String id = createdId("versioned");
    Response stale = admin.with("If-Match", "\"7\"").patch(path(id), json("{'name':'n'}"));
    assertThat(stale.status()).isEqualTo(412);
    assertThat(admin.with("If-Match", "\"7\"").delete(path(id)).status()).isEqualTo(412);
    assertThat(admin.with("If-Match", "\"1\"").patch(path(id), json("{'name':'n'}")).status())
        .isEqualTo(200);
    assertThat(admin.with("If-Match", "\"2\"").delete(path(id)).status()).isEqualTo(204);
  }

  @Test
  void lastOfTwoPatchesOfOneVersionIsRefused() throws Exception {
    String id = createdId("contended");
    List<Callable<Integer>> calls =
        IntStream.range(0, 8)
            .<Callable<Integer>>mapToObj(i ->
                () ->
                    admin
                        .with("If-Match", "\"1\"")
                        .patch(path(id), json("{'description':'%s'}", i))
                        .status())
            .toList();
    assertThat(together(calls)).containsOnly(200, 412).containsOnlyOnce(200);
  }

  @Test
  void disablesAndEnables() {
    Response created = create("toggled");
    String id = created.id();
    Response disabled = admin.post(path(id) + "/disable", json("{'reason':'leak'}"));
    assertThat(disabled.status()).as(disabled.toString()).isEqualTo(200);
    assertThat(disabled.text("/status")).isEqualTo("disabled");
    assertThat(disabled.text("/disabled_reason")).isEqualTo("leak");
    assertThat(gatewaySees("disabled", created.text("/key"))).containsExactly("t");
    Response enabled = admin.post(path(id) + "/enable", "");
    assertThat(enabled.text("/status")).isEqualTo("active");
    assertThat(enabled.json().path("version").asInt()).isEqualTo(3);
    assertThat(admin.post(path(id) + "/enable", "{}").json().path("version").asInt()).isEqualTo(3);
    assertThat(gatewaySees("disabled", created.text("/key"))).containsExactly("f");
  }

  @Test
  void comesBackByItselfWithNothingRunning() {
    String id = createdId("back");
    Response disabled = admin.post(path(id) + "/disable", json("{'auto_enable_after':'30m'}"));
    Instant at = Instant.parse(disabled.text("/auto_enable_at"));
    assertThat(Duration.between(Instant.now(), at))
        .isBetween(Duration.ofMinutes(29), Duration.ofMinutes(30));
    tenants.run(
        "UPDATE tollgate.virtual_key SET auto_enable_at = now() - interval '1 s' WHERE id = ?", id);
    assertThat(status(id)).isEqualTo("active");
    assertThat(admin.get(path(id)).json().path("auto_enable_at").isNull()).isTrue();
    assertThat(ids(admin.get("/v1/keys?status=active"))).containsExactly(id);
    assertThat(ids(admin.get("/v1/keys?status=disabled"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'auto_enable_after':'soon'}",
        "{'auto_enable_after':-1}",
        "{'auto_enable_after':0}",
        "{'why':'x'}",
        "{'reason':5}",
        "{'reason':'\\u0000'}",
        "[]"
      })
  void refusesABadDisabling(String body) {
    String id = createdId("steadfast");
    assertThat(admin.post(path(id) + "/disable", json(body)).status()).isEqualTo(400);
    assertThat(status(id)).isEqualTo("active");
  }

  @Test
  void revokesForGood() {
    Response created = create("gone");
    String id = created.id();
    assertThat(admin.delete(path(id) + "?reason=left&revoke_immediately=false").status())
        .isEqualTo(204);
    Response shown = admin.get(path(id));
    assertThat(shown.text("/status")).isEqualTo("revoked");
    assertThat(shown.text("/revoked_reason")).isEqualTo("left");
    assertThat(gatewaySees("revoked_at IS NOT NULL", created.text("/key"))).containsExactly("t");
    assertThat(admin.delete(path(id)).status()).isEqualTo(204);
    assertThat(admin.get(path(id)).body()).isEqualTo(shown.body());
    for (String verb : List.of("enable", "disable", "rotate")) {
      Response refused = admin.post(path(id) + "/" + verb, "");
      assertThat(refused.status()).isEqualTo(409);
      assertThat(refused.code()).isEqualTo("key_revoked");
    }
    assertThat(admin.patch(path(id), json("{'expires_at':null}")).status()).isEqualTo(409);
  }

  @Test
  void takesTheReasonOfARevocationFromTheBodyToo() {
    String id = createdId("bodied");
    assertThat(admin.call("DELETE", path(id), json("{'reason':'b','x':1}")).status())
        .isEqualTo(400);
    assertThat(admin.delete(path(id) + "?revoke_immediately=maybe").status()).isEqualTo(400);
    assertThat(status(id)).isEqualTo("active");
    assertThat(admin.call("DELETE", path(id), json("{'reason':'b'}")).status()).isEqualTo(204);
    assertThat(admin.get(path(id)).text("/revoked_reason")).isEqualTo("b");
  }

  @Test
  void rotationEndsTheOldSecretAtOnceByDefault() {
    Response created = create("turned");
    String id = created.id();
    Response rotated = admin.post(path(id) + "/rotate", "");
    assertThat(rotated.status()).as(rotated.toString()).isEqualTo(200);
    assertThat(rotated.id()).isEqualTo(id);
    assertThat(rotated.text("/key")).isNotEqualTo(created.text("/key"));
    assertThat(rotated.text("/last4")).isEqualTo(rotated.text("/key").substring(49));
    assertThat(rotated.text("/status")).isEqualTo("active");
    assertThat(rotated.json().path("old_key_expires_at").isNull()).isTrue();
    assertThat(gatewaySees("digest_valid_until <= now()", created.text("/key")))
        .containsExactly("t");
    assertThat(gatewaySees("digest_valid_until", rotated.text("/key"))).containsExactly("null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'grace_period_hours':24}",
        "{'invalidate_old':false}",
        "{'invalidate_old':false,'grace_period_hours':24}"
      })
  void rotationWithGraceKeepsBothSecrets(String body) {
    Response created = create("graced");
    Response rotated = admin.post(path(created.id()) + "/rotate", json(body));
    assertThat(rotated.text("/status")).isEqualTo("rotating");
    Instant end = Instant.parse(rotated.text("/old_key_expires_at"));
    assertThat(Duration.between(Instant.now(), end))
        .isBetween(Duration.ofMinutes(1439), Duration.ofHours(24));
    assertThat(gatewaySees("digest_valid_until > now()", created.text("/key")))
        .containsExactly("t");
    assertThat(gatewaySees("digest_valid_until", rotated.text("/key"))).containsExactly("null");
    Response again = admin.post(path(created.id()) + "/rotate", "");
    assertThat(again.text("/status")).isEqualTo("active");
    assertThat(gatewaySees("digest_valid_until <= now()", created.text("/key")))
        .containsExactly("t");
    assertThat(gatewaySees("digest_valid_until <= now()", rotated.text("/key")))
        .containsExactly("t");
  }

  @Test
  void aRotationThatEndsBySaySoIsActiveAgain() {
    String id = createdId("settled");
    admin.post(path(id) + "/rotate", json("{'grace_period_hours':0.5}"));
    assertThat(status(id)).isEqualTo("rotating");
    tenants.run(
        "UPDATE tollgate.virtual_key_digest SET valid_until = now() - interval '1 s'"
            + " WHERE key_id = ? AND valid_until IS NOT NULL",
        id);
    assertThat(status(id)).isEqualTo("active");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'grace_period_hours':-1}",
        "{'grace_period_hours':1e9}",
        "{'grace_period_hours':'1'}",
        "{'invalidate_old':'yes'}",
        "{'grace_period_hours':1e-40}"
      })
  void refusesABadRotation(String body) {
    Response created = create("unturned");
    assertThat(admin.post(path(created.id()) + "/rotate", json(body)).status()).isEqualTo(400);
    assertThat(gatewaySees("digest_valid_until", created.text("/key"))).containsExactly("null");
  }

  @Test
  void repeatsACreationUnderOneIdempotencyKeyWithoutTheSecret() {
    Client once = admin.with("Idempotency-Key", "create-" + project);
    Response first = once.post("/v1/keys", json("{'name':'idem'}"));
    Response second = once.post("/v1/keys", json("{'name':'idem'}"));
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(first.text("/key")).isNotEmpty();
    assertThat(second.json().has("key")).isFalse();
    assertThat(once.post("/v1/keys", json("{'name':'other'}")).status()).isEqualTo(422);
    assertThat(ids(admin.get("/v1/keys"))).containsExactly(first.id());
  }

  @Test
  void listsNewestFirstByPages() {
    List<String> made = IntStream.range(0, 5).mapToObj(i -> createdId("k" + i)).toList();
    Response first = admin.get("/v1/keys?limit=2");
    Response second = admin.get("/v1/keys?limit=2&cursor=" + first.text("/next_cursor"));
    Response third = admin.get("/v1/keys?limit=2&cursor=" + second.text("/next_cursor"));
    List<String> all =
        List.of(first, second, third).stream()
            .flatMap(page -> ids(page).stream())
            .collect(Collectors.toList());
    assertThat(all)
        .containsExactlyInAnyOrderElementsOf(made)
        .isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(third.json().path("next_cursor").isNull()).isTrue();
    assertThat(admin.get("/v1/keys?limit=0").status()).isEqualTo(400);
    assertThat(admin.get("/v1/keys?cursor=x").status()).isEqualTo(400);
  }

  @Test
  void filtersTheList() {
    String plain = createdId("plain");
    String tagged =
        admin
            .post(
                "/v1/keys",
                json("{'name':'t','environment':'staging','metadata':{'team':'a:b','x':'y'}}"))
            .id();
    assertThat(ids(admin.get("/v1/keys?environment=staging"))).containsExactly(tagged);
    assertThat(ids(admin.get("/v1/keys?metadata.team=a:b"))).containsExactly(tagged);
    assertThat(ids(admin.get("/v1/keys?metadata%5Bteam%5D=a:b&metadata=x:y")))
        .containsExactly(tagged);
    assertThat(ids(admin.get("/v1/keys?metadata=team:a:b"))).containsExactly(tagged);
    assertThat(ids(admin.get("/v1/keys?metadata=team:b"))).isEmpty();
    assertThat(ids(admin.get("/v1/keys?project=" + project))).containsExactly(tagged, plain);
    assertThat(ids(admin.get("/v1/keys?status=active"))).containsExactly(tagged, plain);
    assertThat(ids(admin.get("/v1/keys?status=revoked"))).isEmpty();
    assertThat(admin.get("/v1/keys?status=dead").status()).isEqualTo(400);
    assertThat(admin.get("/v1/keys?metadata=x").status()).isEqualTo(400);
    assertThat(admin.get("/v1/keys?environment=%00").status()).isEqualTo(400);
    assertThat(admin.get("/v1/keys?metadata.x=%00").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"key_1", "%00", "prj_00000000000000000000000000", "'; DROP TABLE x"})
  void findsNoKeyUnderANameThatIsNoId(String id) {
    assertThat(admin.get(path(id.replace("'", "%27").replace(" ", "%20"))).status()).isIn(400, 404);
  }

  @Test
  void stopsTheKeysOfADeletedProject() {
    Response created = create("orphan");
    tenants.run("UPDATE tollgate.project SET deleted_at = now() WHERE id = ?", project);
    assertThat(status(created.id())).isEqualTo("revoked");
    assertThat(gatewaySees("revoked_at IS NOT NULL", created.text("/key"))).containsExactly("t");
    assertThat(create("late").status()).isEqualTo(422);
  }

  @Test
  void aKeyOfSeveralProjectsOutlivesOneOfThem() {
    String second = tenants.project(organization);
    Response created =
        admin.post(
            "/v1/keys", json("{'name':'two','scope':{'projects':['%s','%s']}}", project, second));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    tenants.run("UPDATE tollgate.project SET deleted_at = now() WHERE id = ?", second);
    assertThat(status(created.id())).isEqualTo("active");
    assertThat(gatewaySees("project_ids::text", created.text("/key")))
        .containsExactly("{" + project + "}");
    assertThat(admin.patch(path(created.id()), json("{'description':'d'}")).status())
        .isEqualTo(200);
    Response narrowed =
        admin.patch(path(created.id()), json("{'scope':{'projects':['%s']}}", project));
    assertThat(narrowed.json().at("/scope/projects").size()).isEqualTo(1);
    tenants.run("UPDATE tollgate.project SET deleted_at = now() WHERE id = ?", project);
    assertThat(status(created.id())).isEqualTo("revoked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"organization", "team"})
  void aKeyOfAnyTypeEndsWithTheLastProjectThatItNames(String type) {
    String second = tenants.project(organization);
    String team =
        admin
            .post("/v1/teams", json("{'name':'t','project_ids':['%s','%s']}", project, second))
            .id();
    String body =
        type.equals("team")
            ? json(
                "{'name':'n','type':'team','scope':{'team_id':'%s','projects':['%s']}}",
                team, second)
            : json("{'name':'n','type':'organization','scope':{'projects':['%s']}}", second);
    Response created = admin.post("/v1/keys", body);
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    tenants.run("UPDATE tollgate.project SET deleted_at = now() WHERE id = ?", second);
    assertThat(status(created.id())).isEqualTo("revoked");
    assertThat(gatewaySees("revoked_at IS NOT NULL", created.text("/key"))).containsExactly("t");
    tenants.run("UPDATE tollgate.project SET deleted_at = NULL WHERE id = ?", second);
    assertThat(admin.delete("/v1/projects/" + second).status()).isEqualTo(204);
    Response gone = admin.get(path(created.id()));
    assertThat(gone.text("/revoked_reason")).isEqualTo("project deleted");
    Response again = admin.post("/v1/keys", body.replace(second, project));
    assertThat(again.status()).as("its name is free: %s", again).isEqualTo(201);
  }

  @Test
  void showsByItselfWhenAGatewaySawItLast() {
    String id = createdId("used");
    tenants.run(
        "INSERT INTO gateway_v1.inbox (id, at, kind, key_id) VALUES ('inb_' || ?, '2026-11-01T10:00:00Z', 'key_used', ?)",
        id,
        id);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(admin.get(path(id)).text("/last_used_at"))
                .isEqualTo("2026-11-01T10:00:00Z"));
  }

  @Test
  void tellsTheGatewaysOfEveryChange() {
    String id = createdId("told");
    tenants.run("DELETE FROM tollgate.change");
    admin.post(path(id) + "/disable", "");
    assertThat(tenants.query("SELECT DISTINCT target FROM gateway_v1.change"))
        .contains("key:" + id);
  }

  @Test
  void digestsAreUnderThePepper() {
    String secret = create("peppered").text("/key");
    byte[] digest = server.context().getBean(KeyDigester.class).digest(secret).value();
    assertThat(tenants.query("SELECT encode(digest, 'hex') FROM tollgate.virtual_key_digest"))
        .contains(HexFormat.of().formatHex(digest));
  }
}
