package dev.tollgate.admin.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.admin.AdminServer;
import dev.tollgate.admin.AdminServer.Client;
import dev.tollgate.admin.AdminServer.Response;
import dev.tollgate.admin.Tenants;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Against a provider on loopback, which answers as each test says. */
class CredentialTestIT {

  private static final String SECRET = "sk-CANARY-0123456789abcdefgWXYZ";

  private static AdminServer server;
  private static Tenants tenants;
  private static DisposableServer provider;
  private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();
  private static volatile int status = 200;
  private static volatile Mono<Void> patience = Mono.empty();

  private String organization = "";
  private String project = "";

  @BeforeAll
  static void start() {
    server = AdminServer.startWith(Map.of("tollgate.outbound.allowed-networks", "127.0.0.0/8"));
    tenants = new Tenants(server);
    provider =
        HttpServer.create().host("127.0.0.1").port(0).handle(CredentialTestIT::answer).bindNow();
  }

  private static Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    SEEN.add(
        request.uri()
            + " "
            + request.requestHeaders().get("authorization", "")
            + request.requestHeaders().get("x-api-key", "")
            + request.requestHeaders().get("api-key", "")
            + request.requestHeaders().get("anthropic-version", ""));
    return patience.then(
        Mono.defer(() ->
            response.status(status).sendString(Flux.just("provider says: " + SECRET)).then()));
  }

  @AfterAll
  static void stop() {
    provider.disposeNow();
    server.close();
  }

  @BeforeEach
  void prepare() {
    organization = server.organization();
    project = server.project(organization);
    SEEN.clear();
    status = 200;
    patience = Mono.empty();
  }

  private static String url() {
    return "http://127.0.0.1:" + provider.port();
  }

  /** A credential with a service at the test's provider. */
  private String credential(String kind, String path) {
    Response made =
        server.post(
            "/v1/projects/" + project + "/providers",
            "{\"name\":\"p-%1$s\",\"provider\":\"%1$s\",\"base_url\":\"%2$s\",\"api_key\":\"%3$s\"}"
                .formatted(kind, url() + path, SECRET));
    assertThat(made.status()).as(made.toString()).isEqualTo(201);
    return made.text("/credential_id");
  }

  private static Response test(String credential) {
    return server.post("/v1/credentials/" + credential + "/test", "");
  }

  @Test
  void saysThatTheProviderAcceptsIt() {
    Response tested = test(credential("openai", ""));
    assertThat(tested.status()).as(tested.toString()).isEqualTo(200);
    assertThat(tested.json().at("/ok").asBoolean()).isTrue();
    assertThat(tested.text("/status")).isEqualTo("accepted");
    assertThat(tested.json().at("/provider_status").asInt()).isEqualTo(200);
    assertThat(tested.json().at("/latency_ms").asLong(-1)).isNotNegative();
    assertThat(tested.text("/checked_at")).isNotEmpty();
    assertThat(tested.text("/host")).isEqualTo("127.0.0.1:" + provider.port());
    assertThat(tested.json().at("/value_version").asInt()).isEqualTo(1);
    assertThat(tested.json().has("error")).isFalse();
    assertThat(tested.body()).doesNotContain("CANARY").doesNotContain("says");
    assertThat(SEEN).containsExactly("/v1/models Bearer " + SECRET);
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic,'',/v1/models?limit=1 " + SECRET + "2023-06-01",
    "openai,/v1,/v1/models Bearer " + SECRET,
    "groq,/openai/v1,/openai/v1/models Bearer " + SECRET,
    "openrouter,/api/v1,/api/v1/key Bearer " + SECRET,
    "azure-openai,'',/openai/v1/models " + SECRET,
    "custom,/x,/x/v1/models Bearer " + SECRET,
    "custom,/v1beta/openai,/v1beta/openai/models Bearer " + SECRET,
    "anthropic,/v1/a/anthropic,/v1/a/anthropic/v1/models?limit=1 " + SECRET + "2023-06-01",
  })
  void callsAsTheCatalogueSays(String kind, String path, String call) {
    assertThat(test(credential(kind, path)).text("/status")).isEqualTo("accepted");
    assertThat(SEEN).containsExactly(call);
  }

  @Test
  void presentsItAsItsServiceDoes() {
    String credential =
        server
            .post(
                "/v1/credentials",
                "{\"project_id\":\"%s\",\"name\":\"c\",\"provider\":\"custom\",\"fields\":{\"user\":\"u\",\"pass\":\"p w\"},\"allowed_hosts\":[\"127.0.0.1:%d\"]}"
                    .formatted(project, provider.port()))
            .id();
    assertThat(test(credential).code()).isEqualTo("no_test_target");
    String service =
        server
            .post(
                "/v1/services",
                "{\"project_id\":\"%s\",\"name\":\"s\",\"provider\":\"custom\",\"base_url\":\"%s\",\"credential_id\":\"%s\",\"auth\":{\"type\":\"basic\",\"username\":\"{{user}}\",\"password\":\"{{pass}}\"}}"
                    .formatted(project, url(), credential))
            .id();
    assertThat(test(credential).text("/status")).isEqualTo("accepted");
    server.patch(
        "/v1/services/" + service,
        "{\"auth\":{\"type\":\"query\",\"name\":\"key\",\"field\":\"pass\",\"username\":null,\"password\":null}}");
    assertThat(test(credential).text("/status")).isEqualTo("accepted");
    assertThat(SEEN).containsExactly("/v1/models Basic dTpwIHc=", "/v1/models?key=p+w ");
  }

  @ParameterizedTest
  @CsvSource({
    "openai,401,refused,credential_refused",
    "openai,403,refused,credential_refused",
    "openai,400,inconclusive,unexpected_answer",
    "xai,400,refused,credential_refused",
    "openai,429,inconclusive,rate_limited",
    "openai,302,inconclusive,unexpected_answer",
    "openai,500,inconclusive,unexpected_answer",
  })
  void saysWhatElseTheProviderAnswered(String kind, int answer, String verdict, String code) {
    status = answer;
    Response tested = test(credential(kind, ""));
    assertThat(tested.status()).isEqualTo(200);
    assertThat(tested.json().at("/ok").asBoolean()).isFalse();
    assertThat(tested.text("/status")).isEqualTo(verdict);
    assertThat(tested.json().at("/provider_status").asInt()).isEqualTo(answer);
    assertThat(tested.text("/error/code")).isEqualTo(code);
    assertThat(tested.body()).doesNotContain("CANARY");
  }

  @Test
  void saysThatNobodyAnswers() {
    String credential = credential("openai", "");
    provider.disposeNow();
    try {
      Response tested = test(credential);
      assertThat(tested.text("/status")).isEqualTo("unreachable");
      assertThat(tested.json().at("/provider_status").isNull()).isTrue();
      assertThat(tested.text("/error/code")).isEqualTo("provider_unavailable");
    } finally {
      provider =
          HttpServer.create().host("127.0.0.1").port(0).handle(CredentialTestIT::answer).bindNow();
    }
  }

  @Test
  void refusesAKindWithoutACheapCall() {
    String credential =
        server
            .post(
                "/v1/credentials",
                "{\"project_id\":\"%s\",\"name\":\"h\",\"provider\":\"huggingface\",\"value\":\"%s\"}"
                    .formatted(project, SECRET))
            .id();
    Response refused = test(credential);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("test_not_supported");
  }

  @Test
  void sendsItToNoHostThatItMayNotBeSentTo() {
    String credential = credential("openai", "");
    tenants.run(
        "UPDATE tollgate.service SET resolved_base_url = ? WHERE credential_id = ?",
        "http://localhost:" + provider.port(),
        credential);
    Response refused = test(credential);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.code()).isEqualTo("no_test_target");
    assertThat(SEEN).isEmpty();
  }

  @Test
  void doesNotSendWhatDoesNotOpen() {
    String credential = credential("openai", "");
    tenants.run(
        "UPDATE tollgate.credential_version SET version = 7 WHERE credential_id = ?", credential);
    assertThat(test(credential).code()).isEqualTo("not_decryptable");
    assertThat(SEEN).isEmpty();
  }

  @Test
  void isForThoseWhoMayWriteCredentials() {
    String credential = credential("openai", "");
    String path = "/v1/credentials/" + credential + "/test";
    for (String role : List.of("developer", "viewer")) {
      assertThat(tenants.member(role, organization, project).post(path, "").status())
          .isEqualTo(403);
    }
    assertThat(tenants.member("admin", organization).post(path, "").status()).isEqualTo(200);
    Client stranger = tenants.member("owner", tenants.organization());
    assertThat(stranger.post(path, "").status()).isEqualTo(404);
    assertThat(server.as(null).post(path, "").status()).isEqualTo(401);
  }

  @Test
  void isAnAccessInTheAudit() {
    String credential = credential("openai", "");
    status = 401;
    test(credential);
    Response audit = server.get("/v1/audit?event_types=access&resource_id=" + credential);
    assertThat(audit.json().at("/data")).hasSize(1);
    assertThat(audit.text("/data/0/action")).isEqualTo("credential.tested");
    assertThat(audit.text("/data/0/project_id")).isEqualTo(project);
    assertThat(audit.text("/data/0/details/host")).isEqualTo("127.0.0.1:" + provider.port());
    assertThat(audit.body()).doesNotContain("CANARY");
  }

  @Test
  void aRepeatedCallIsAnsweredFromTheFirstAndMakesNone() {
    String credential = credential("openai", "");
    Client client = server.as(server.rootKey()).with("Idempotency-Key", "t-" + credential);
    String path = "/v1/credentials/" + credential + "/test";
    Response first = client.post(path, "");
    Response second = client.post(path, "");
    assertThat(second.status()).as(second.toString()).isEqualTo(200);
    assertThat(second.text("/checked_at")).isEqualTo(first.text("/checked_at"));
    assertThat(SEEN).hasSize(1);
    Response other = client.post("/v1/credentials/" + credential("groq", "") + "/test", "");
    assertThat(other.code()).isEqualTo("idempotency_key_reused");
  }

  @Test
  void holdsNoTransactionWhileItWaitsAndLetsNobodyElseIn() throws Exception {
    String credential = credential("openai", "");
    Sinks.Empty<Void> end = Sinks.empty();
    patience = end.asMono();
    Client client = server.as(server.rootKey()).with("Idempotency-Key", "w-" + credential);
    String path = "/v1/credentials/" + credential + "/test";
    CompletableFuture<Response> waiting =
        CompletableFuture.supplyAsync(() -> client.post(path, ""));
    await().atMost(Duration.ofSeconds(20)).until(() -> !SEEN.isEmpty());

    assertThat(
            tenants.query(
                "SELECT pid FROM pg_stat_activity WHERE usename = 'tollgate_admin'"
                    + " AND datname = current_database() AND state LIKE 'idle in transaction%'"))
        .isEmpty();
    assertThat(client.post(path, "").code()).isEqualTo("idempotency_in_flight");

    end.tryEmitEmpty().orThrow();
    assertThat(waiting.get().text("/status")).isEqualTo("accepted");
    assertThat(SEEN).hasSize(1);
  }

  @Test
  void afterARefusalTheSameKeyMayBeUsedAgain() {
    Client client = server.as(server.rootKey()).with("Idempotency-Key", "r-" + project);
    String path = "/v1/credentials/crd_00000000000000000000000000/test";
    assertThat(client.post(path, "").status()).isEqualTo(404);
    assertThat(client.post(path, "").status()).isEqualTo(404);
  }
}
