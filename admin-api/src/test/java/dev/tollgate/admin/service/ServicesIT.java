package dev.tollgate.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.schema.TestDatabase.Role;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServicesIT {

  private static final String SECRET = "sk-test-0123456789abcdefghWXYZ";

  private static AdminServer server;

  private String organization = "";
  private String project = "";

  @BeforeAll
  static void start() {
    server = AdminServer.startWith(Map.of("tollgate.outbound.allowed-networks", "127.0.0.0/8"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeProject() {
    organization = server.organization();
    project = server.project(organization);
  }

  private String credential(String name, String provider, String more) {
    Response made =
        server.post(
            "/v1/credentials",
            "{\"project_id\":\"%s\",\"name\":\"%s\",\"provider\":\"%s\",\"value\":\"%s\"%s}"
                .formatted(project, name, provider, SECRET, more));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.id();
  }

  private Response service(String members) {
    return server.post("/v1/services", "{\"project_id\":\"%s\",%s}".formatted(project, members));
  }

  private Response provider(String body) {
    return server.post("/v1/projects/" + project + "/providers", body);
  }

  @Test
  void aServiceOfACatalogueKindTakesItsDefaults() {
    String credential = credential("main", "openai", "");
    Response made =
        service(
            "\"name\":\"openai\",\"provider\":\"openai\",\"credential_id\":\"" + credential + "\"");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(made.text("/base_url")).isEqualTo("https://api.openai.com/v1");
    assertThat(made.text("/auth/type")).isEqualTo("bearer");
    assertThat(made.text("/protocols/0")).isEqualTo("openai");
    assertThat(made.text("/projects/0")).isEqualTo(project);
    assertThat(made.json().at("/priority").asInt()).isEqualTo(100);
    Response used = server.get("/v1/credentials/" + credential);
    assertThat(used.text("/used_by/0/service_id")).isEqualTo(made.id());
  }

  @Test
  void aCredentialInUseIsDeletedByForceOnly() {
    String credential = credential("main", "openai", "");
    String service =
        service("\"name\":\"o\",\"provider\":\"openai\",\"credential_id\":\"" + credential + "\"")
            .id();
    Response refused = server.delete("/v1/credentials/" + credential);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("/dependants/0/service_id")).isEqualTo(service);
    assertThat(server.delete("/v1/credentials/" + credential + "?force=true").status())
        .isEqualTo(204);
    assertThat(server.get("/v1/services/" + service).json().at("/credential_id").isNull()).isTrue();
  }

  @Test
  void aServiceThatLostItsCredentialSaysSoUntilItHasOneAgain() {
    Response made =
        provider(
            "{\"name\":\"own\",\"base_url\":\"https://a.example.com\",\"api_key\":\""
                + SECRET
                + "\"}");
    assertThat(made.text("/status")).isEqualTo("active");
    server.delete("/v1/credentials/" + made.text("/credential_id") + "?force=true");
    String path = "/v1/services/" + made.id();
    assertThat(server.get(path).text("/status")).isEqualTo("credential_missing");
    assertThat(server.get("/v1/projects/" + project + "/providers/own").text("/status"))
        .isEqualTo("credential_missing");

    // a change of something else must not make it a service that presents nothing
    Response refused = server.patch(path, "{\"weight\":2}");
    assertThat(refused.status()).as(refused.toString()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("credential_required");
    assertThat(server.get(path).text("/auth/type")).isEqualTo("bearer");

    String other = credential("other", "custom", ",\"allowed_hosts\":[\"a.example.com\"]");
    assertThat(server.patch(path, "{\"credential_id\":\"" + other + "\"}").text("/status"))
        .isEqualTo("active");
    assertThat(
            server
                .patch(path, "{\"credential_id\":null,\"auth\":{\"type\":\"none\"}}")
                .text("/status"))
        .isEqualTo("active");
  }

  @Test
  void aHostThatTheCredentialDoesNotAllowNeedsTheValueAgain() {
    String credential = credential("main", "openai", "");
    Response refused =
        service(
            "\"name\":\"o\",\"provider\":\"openai\",\"base_url\":\"https://evil.example.com\","
                + "\"credential_id\":\""
                + credential
                + "\"");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("credential_required");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com",
        "http://8.8.8.8",
        "https://10.0.0.1",
        "https://169.254.169.254",
        "https://[::1]",
        "https://[::ffff:10.0.0.1]",
        "https://[fd00::1]",
        "http://192.168.1.1"
      })
  void addressesInsideAreRefused(String url) {
    Response refused = provider("{\"name\":\"x\",\"base_url\":\"" + url + "\",\"api_key\":\"k\"}");
    assertThat(refused.status()).as(refused.body()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("host_not_allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://example.com",
        "https://user@example.com",
        "https://example.com?x=1",
        "https://example.com/#f",
        "https://2130706433",
        "https://0x7f.1",
        "https://127.1",
        "https://example.com/a/../b",
        "https://exa mple.com",
        "https://",
        "example.com",
        "https://example.com:99999",
        "https://example.com/#{x}"
      })
  void textThatIsNoBaseUrlIsRefused(String url) {
    Response refused = provider("{\"name\":\"x\",\"base_url\":\"" + url + "\",\"api_key\":\"k\"}");
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.text("/errors/0/pointer")).isEqualTo("/base_url");
  }

  @Test
  void aProviderIsMadeInOneStep() {
    Response made = provider("{\"name\":\"openai\",\"api_key\":\"" + SECRET + "\"}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(made.text("/provider")).isEqualTo("openai");
    assertThat(made.text("/base_url")).isEqualTo("https://api.openai.com/v1");
    assertThat(made.text("/api_key")).isEqualTo("sk-t…****…WXYZ");
    assertThat(made.body()).doesNotContain(SECRET);
    Response shown = server.get("/v1/projects/" + project + "/providers/openai");
    assertThat(shown.text("/id")).isEqualTo(made.id());
    assertThat(server.get("/v1/projects/" + project + "/providers").json().at("/data")).hasSize(1);
    assertThat(provider("{\"name\":\"openai\",\"api_key\":\"x\"}").status()).isEqualTo(409);
  }

  @Test
  void anUnknownNameIsACustomProviderBoundToItsHost() throws SQLException {
    Response made =
        provider(
            "{\"name\":\"mine\",\"base_url\":\"http://127.0.0.1:9999/v1/\",\"api_key\":\"%s\"}"
                .formatted(SECRET));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(made.text("/provider")).isEqualTo("custom");
    assertThat(made.text("/base_url")).isEqualTo("http://127.0.0.1:9999/v1");
    assertThat(
            server.get("/v1/credentials/" + made.text("/credential_id")).text("/allowed_hosts/0"))
        .isEqualTo("127.0.0.1:9999");
    assertThat(query("SELECT auth->>'type' FROM gateway_v1.service WHERE name = 'mine'"))
        .isEqualTo("bearer");
    assertThat(query("SELECT priority::text FROM gateway_v1.service WHERE name = 'mine'"))
        .isEqualTo("200");
  }

  @Test
  void aCustomProviderWithoutBaseUrlIsRefused() {
    Response refused = provider("{\"name\":\"mine\",\"api_key\":\"k\"}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text("/errors/0/pointer")).isEqualTo("/base_url");
    assertThat(server.get("/v1/credentials?project_id=" + project).json().at("/data")).isEmpty();
  }

  @Test
  void aProviderIsMovedRotatedAndDeleted() {
    String path = "/v1/projects/" + project + "/providers/mine";
    provider(
        "{\"name\":\"mine\",\"base_url\":\"https://a.example.com/v1\",\"api_key\":\""
            + SECRET
            + "\"}");
    assertThat(server.patch(path, "{\"base_url\":\"https://a.example.com/v2\"}").text("/base_url"))
        .isEqualTo("https://a.example.com/v2");
    Response other = server.patch(path, "{\"base_url\":\"https://b.example.com\"}");
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.code()).isEqualTo("credential_required");
    Response moved =
        server.patch(
            path, "{\"base_url\":\"https://b.example.com\",\"api_key\":\"" + SECRET + "\"}");
    assertThat(moved.status()).as(moved.body()).isEqualTo(200);
    Response rotated =
        server.post(path + "/rotate", "{\"api_key\":\"sk-new-0123456789abcdefghNEWK\"}");
    assertThat(rotated.status()).as(rotated.body()).isEqualTo(200);
    assertThat(rotated.text("/api_key")).isEqualTo("sk-n…****…NEWK");
    assertThat(server.delete(path).status()).isEqualTo(204);
    assertThat(server.get(path).status()).isEqualTo(404);
    assertThat(server.get("/v1/credentials?project_id=" + project).json().at("/data")).isEmpty();
  }

  @Test
  void aProvidersEndLeavesTheCredentialThatItWasNotMadeWith() {
    String byItself = credential("by-itself", "openai", "");
    Response made =
        service("\"name\":\"lent\",\"provider\":\"openai\",\"credential_id\":\"" + byItself + "\"");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(server.delete("/v1/projects/" + project + "/providers/lent").status())
        .isEqualTo(204);
    assertThat(server.get("/v1/credentials/" + byItself).status()).isEqualTo(200);
  }

  @Test
  void anEndpointOfAzureBecomesItsBaseUrl() {
    Response made =
        provider(
            "{\"name\":\"azure-openai\",\"base_url\":\"https://me.openai.azure.com/\",\"api_key\":\"k\"}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(made.text("/base_url")).isEqualTo("https://me.openai.azure.com/openai/v1");
  }

  @Test
  void headersNameSecretsThatMayGoToTheHost() {
    credential("OPENAI_ORG", "openai", "");
    String main = credential("main", "openai", "");
    String members =
        "\"name\":\"o\",\"provider\":\"openai\",\"credential_id\":\"%s\",\"headers\":{\"X-Org\":\"org {{%s}}\"}";
    Response made = service(members.formatted(main, "OPENAI_ORG"));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(
            service(members.formatted(main, "OPENAI_ORG.api_key").replace("\"o\"", "\"p\""))
                .status())
        .isEqualTo(201);
    assertThat(service(members.formatted(main, "NOBODY")).code()).isEqualTo("unknown_secret");
    assertThat(service(members.formatted(main, "OPENAI_ORG.nope")).code())
        .isEqualTo("unknown_secret");
    credential("ELSEWHERE", "openai", ",\"allowed_hosts\":[\"other.example.com\"]");
    assertThat(service(members.formatted(main, "ELSEWHERE")).code())
        .isEqualTo("credential_required");
    String org =
        server
            .get("/v1/credentials?project_id=" + project)
            .json()
            .at("/data")
            .valueStream()
            .filter(c -> c.at("/name").asString().equals("OPENAI_ORG"))
            .findFirst()
            .orElseThrow()
            .at("/id")
            .asString();
    assertThat(server.delete("/v1/credentials/" + org).status()).isEqualTo(409);
    assertThat(server.patch("/v1/credentials/" + org, "{\"name\":\"NEW\"}").status())
        .isEqualTo(409);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"name\":\"v1\",\"provider\":\"openai\" | reserved_name",
        "\"name\":\"a\",\"provider\":\"openai\" | credential_required",
        "\"name\":\"a\",\"provider\":\"nope\" | unknown_provider",
        "\"name\":\"a\",\"provider\":\"openai\",\"credential_id\":\"crd_x\" | unknown_credential",
        "\"name\":\"a\",\"provider\":\"vllm\" | required",
        "\"name\":\"a\",\"provider\":\"vllm\",\"base_url\":\"https://a.example.com\",\"headers\":{\"Host\":\"x\"} | invalid_value",
        "\"name\":\"a\",\"provider\":\"vllm\",\"base_url\":\"https://a.example.com\",\"headers\":{\"X\":\"#{x}\"} | invalid_value",
        "\"name\":\"a\",\"provider\":\"vllm\",\"base_url\":\"https://a.example.com\",\"headers\":{\"X\":\"{{x\"} | invalid_value",
        "\"name\":\"a\",\"provider\":\"vllm\",\"base_url\":\"https://a.example.com\",\"weight\":0 | invalid_value",
        "\"name\":\"a\",\"provider\":\"vllm\",\"base_url\":\"https://a.example.com\",\"auth\":{\"type\":\"x\"} | invalid_value",
        "\"name\":\"a\",\"provider\":\"vllm\",\"base_url\":\"https://a.example.com\",\"models\":[{\"name\":\"a*\",\"alias_of\":\"b\"}] | invalid_value",
        "\"name\":\"a\",\"provider\":\"vllm\",\"base_url\":\"https://a.example.com\",\"timeouts\":{\"total_ms\":0} | invalid_value",
        "\"name\":\"a\",\"provider\":\"vllm\",\"base_url\":\"https://a.example.com\",\"timeouts\":{\"x\":1} | unknown_field",
        "\"name\":\"a\",\"provider\":\"vllm\",\"base_url\":\"https://a.example.com\",\"projects\":[\"prj_x\"] | invalid_value",
      })
  void refusesBadServices(String members, String code) {
    Response refused = service(members);
    assertThat(refused.status()).as(refused.body()).isIn(400, 422);
    assertThat(refused.code()).as(refused.body()).isEqualTo(code);
    assertThat(server.get("/v1/services?project_id=" + project).json().at("/data")).isEmpty();
  }

  @Test
  void anOrganizationsServiceIsSeenByTheProjectsItIsLinkedTo() {
    String second = server.project(organization);
    Response made =
        server.post(
            "/v1/services",
            "{\"organization_id\":\"%s\",\"name\":\"shared\",\"provider\":\"vllm\",\"base_url\":\"https://a.example.com\",\"projects\":[\"%s\"]}"
                .formatted(organization, project));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    Response both =
        server.patch(
            "/v1/services/" + made.id(),
            "{\"projects\":[\"%s\",\"%s\"],\"models\":[\"a\",{\"name\":\"b\",\"alias_of\":\"c\"}]}"
                .formatted(project, second));
    assertThat(both.json().at("/projects")).hasSize(2);
    assertThat(both.text("/models/0/name")).isEqualTo("a");
    assertThat(both.text("/models/1/alias_of")).isEqualTo("c");
    String foreign = server.project(server.organization());
    assertThat(
            server
                .patch("/v1/services/" + made.id(), "{\"projects\":[\"" + foreign + "\"]}")
                .code())
        .isEqualTo("unknown_project");
    assertThat(server.delete("/v1/services/" + made.id()).status()).isEqualTo(204);
  }

  @Test
  void providersAreDescribed() {
    Response kinds = server.get("/v1/providers");
    assertThat(kinds.json().at("/data")).hasSizeGreaterThan(20);
    assertThat(server.get("/v1/providers/openai").text("/auth_methods/0/fields/0/name"))
        .isEqualTo("api_key");
    assertThat(server.get("/v1/providers/nope").status()).isEqualTo(404);
  }

  private static String query(String sql) throws SQLException {
    try (Connection connection = server.database().dataSource(Role.SUPERUSER).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
