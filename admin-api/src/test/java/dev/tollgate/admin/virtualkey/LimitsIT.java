package dev.tollgate.admin.virtualkey;

import static dev.tollgate.admin.Tenants.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits of keys: from where they come, what stands over them, and who must agree to more. */
class LimitsIT {
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

  private static Response ok(Response response) {
    assertThat(response.status()).as(response.toString()).isBetween(200, 201);
    return response;
  }

  private static String atOnce(String limits) {
    return "'rate_limits':{'concurrency':{" + limits + "}}";
  }

  private Response key(String further) {
    return ok(maker.post("/v1/keys", json("{'name':'k'" + further + "}")));
  }

  private static String path(Response key) {
    return "/v1/keys/" + key.id();
  }

  /** As every gateway reads it. */
  private static String published(Response key) {
    return tenants
        .query(
            "SELECT policy #> '{rate_limits,concurrency}' FROM gateway_v1.virtual_key WHERE key_id = ?",
            key.id())
        .getFirst();
  }

  private String status(Response key) {
    return maker.get(path(key)).text("/status");
  }

  @Test
  void takesEachLimitFromTheClosestThatSaysIt() {
    Response template =
        ok(
            maker.post(
                "/v1/templates",
                json(
                    "{'name':'team',%s}",
                    atOnce("'max_parallel_requests':5,'max_queued_requests':6"))));
    String environment =
        maker
            .get("/v1/environments")
            .json()
            .path("data")
            .valueStream()
            .filter(one -> one.path("name").asString().equals("staging"))
            .map(one -> one.path("id").asString())
            .findFirst()
            .orElseThrow();
    ok(
        maker.patch(
            "/v1/environments/" + environment,
            json(
                "{'defaults':{%s}}",
                atOnce(
                    "'max_parallel_requests':1,'max_queued_requests':2,'max_queue_wait':'3s'"))));
    Response key =
        key(
            ",'environment':'staging','permissions':{'inherit_from':'team'},"
                + atOnce("'max_parallel_requests':4"));
    assertThat(published(key))
        .isEqualTo(
            json("{'max_queue_wait': 3, 'max_queued_requests': 6, 'max_parallel_requests': 4}"));
    assertThat(maker.get(path(key)).json().path("rate_limits").toString())
        .isEqualTo(json("{'concurrency':{'max_parallel_requests':4}}"));

    ok(
        maker.patch(
            "/v1/templates/" + template.id(), json("{%s}", atOnce("'max_queued_requests':null"))));
    ok(maker.patch(path(key), json("{%s}", atOnce("'max_parallel_requests':null"))));
    assertThat(published(key))
        .isEqualTo(
            json("{'max_queue_wait': 3, 'max_queued_requests': 2, 'max_parallel_requests': 5}"));
  }

  @Test
  void keepsAKeyBelowEveryPolicyOverIt() {
    ok(
        server.put(
            "/v1/projects/" + project + "/policy",
            json("{%s}", atOnce("'max_parallel_requests':5"))));
    Response refused =
        maker.post("/v1/keys", json("{'name':'k',%s}", atOnce("'max_parallel_requests':6")));
    assertThat(refused.status()).as(refused.toString()).isEqualTo(422);
    assertThat(refused.text("/errors/0/code")).isEqualTo("exceeds_ceiling");
    assertThat(refused.text("/errors/0/pointer"))
        .isEqualTo("/rate_limits/concurrency/max_parallel_requests");
    Response key = key("," + atOnce("'max_parallel_requests':5"));
    assertThat(maker.patch(path(key), json("{%s}", atOnce("'max_parallel_requests':6"))).status())
        .isEqualTo(422);
    ok(maker.patch(path(key), json("{%s}", atOnce("'max_parallel_requests':null"))));
    Response sum = maker.get(path(key) + "?effective=true");
    assertThat(sum.json().at("/rate_limits/concurrency/max_parallel_requests").asInt())
        .isEqualTo(5);
  }

  private Response approved(String limits) {
    Response key = key(",'permissions':{'require_approval':true}," + atOnce(limits));
    ok(other.post(path(key) + "/approve", ""));
    assertThat(status(key)).isEqualTo("active");
    return key;
  }

  @ParameterizedTest
  @CsvSource({"4,active", "0,active", "5,active", "6,pending_approval", "null,pending_approval"})
  void aRaisedOrRemovedLimitNeedsAnApprovalAgain(String changed, String status) {
    Response key = approved("'max_parallel_requests':5");
    ok(maker.patch(path(key), json("{%s}", atOnce("'max_parallel_requests':" + changed))));
    assertThat(status(key)).isEqualTo(status);
  }

  @Test
  void aLimitWhereThereWasNoneNeedsNoApproval() {
    Response key = approved("");
    ok(maker.patch(path(key), json("{%s}", atOnce("'max_parallel_requests':5"))));
    assertThat(status(key)).isEqualTo("active");
  }

  @Test
  void aTemplateThatRaisesALimitDoesSoForNobodyWithoutAnApproval() {
    Response template =
        ok(
            maker.post(
                "/v1/templates", json("{'name':'team',%s}", atOnce("'max_parallel_requests':5"))));
    Response key = key(",'permissions':{'require_approval':true,'inherit_from':'team'}");
    ok(other.post(path(key) + "/approve", ""));
    ok(
        maker.patch(
            "/v1/templates/" + template.id(), json("{%s}", atOnce("'max_parallel_requests':4"))));
    assertThat(status(key)).isEqualTo("active");
    ok(
        maker.patch(
            "/v1/templates/" + template.id(), json("{%s}", atOnce("'max_parallel_requests':6"))));
    assertThat(status(key)).isEqualTo("pending_approval");
  }
}
