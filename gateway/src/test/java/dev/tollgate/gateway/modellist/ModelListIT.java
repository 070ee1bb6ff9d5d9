package dev.tollgate.gateway.modellist;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

class ModelListIT {

  private static final String PROJECT = "prj_1";
  private static final String OPENAI_LIST =
      """
      {"object":"list","data":[
        {"id":"gpt-4o","object":"model","created":1715367049,"owned_by":"system"},
        {"id":"gpt-4o-mini","object":"model","created":1721172741,"owned_by":"system"},
        {"id":"org/dall-e-3","object":"model","created":1698785189,"owned_by":"system"}]}\
      """;
  private static final String ANTHROPIC_LIST =
      """
      {"data":[{"type":"model","id":"claude-x","display_name":"X","created_at":"2025-01-01T00:00:00Z"}],
       "has_more":false,"first_id":"claude-x","last_id":"claude-x"}\
      """;
  private static final String GEMINI_LIST =
      """
      {"models":[{"name":"models/gemini-x","version":"1","inputTokenLimit":30720}]}\
      """;

  private static final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();
  private static final HttpClient client = HttpClient.newHttpClient();
  private static GatewayHarness gateway;
  private static DisposableServer provider;

  @BeforeAll
  static void start() {
    provider = HttpServer.create().host("127.0.0.1").port(0).handle(ModelListIT::answer).bindNow();
    gateway = GatewayHarness.start();
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    provider.disposeNow();
    client.close();
  }

  @BeforeEach
  void forget() {
    requests.clear();
    gateway.usage().clear();
  }

  private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    requests.add(request.method() + " " + request.uri() + " " + credentials(request));
    response.header("content-type", "application/json");
    return switch (request.fullPath()) {
      case "/v1/models" ->
          request.requestHeaders().contains("anthropic-version")
              ? response.sendString(Mono.just(ANTHROPIC_LIST))
              : response.sendString(Mono.just(OPENAI_LIST));
      case "/v1beta/models" -> response.sendString(Mono.just(GEMINI_LIST));
      case "/down/v1/models" -> response.status(500).send();
      case "/refusing/v1/models" -> response.status(401).send();
      case "/endless/v1/models" -> response.sendString(Flux.just(" ".repeat(65536)).repeat());
      default -> response.sendNotFound();
    };
  }

  private static String credentials(HttpServerRequest request) {
    var headers = request.requestHeaders();
    return "%s|%s|%s"
        .formatted(
            headers.get("authorization"), headers.get("x-api-key"), headers.get("x-goog-api-key"));
  }

  private static String at(String path) {
    return "http://127.0.0.1:" + provider.port() + path;
  }

  @Test
  void listsWhatTheProviderListsAndTheKeyMayUse() throws Exception {
    gateway.putProject(PROJECT, TestService.openAi("openai", at("/v1")));
    String key =
        gateway.newKey(PROJECT, null, TestPolicies.models(List.of("gpt-*"), List.of("*-mini")));
    HttpResponse<String> answer = get("/v1/models", "Authorization", "Bearer " + key);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(answer.body())
        .isEqualTo(
            "{\"object\":\"list\",\"data\":[{\"id\":\"gpt-4o\",\"object\":\"model\",\"created\":1715367049,\"owned_by\":\"system\"}]}");
    assertThat(requests).containsExactly("GET /v1/models Bearer sk-openai|null|null");
    assertThat(gateway.usage().waiting()).isEmpty();
  }

  @Test
  void asksAProviderOnceForManyAtATime() {
    gateway.putProject(PROJECT, TestService.openAi("openai", at("")));
    String key = gateway.newKey(PROJECT);
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 20)
            .mapToObj(i ->
                client.sendAsync(
                    request("/v1/models", "Authorization", "Bearer " + key).GET().build(),
                    BodyHandlers.ofString()))
            .toList();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    assertThat(requests).hasSize(1);
  }

  @Test
  void joinsServicesInTheirOrderAndAsksOnlyThoseOfTheEnvironment() throws Exception {
    gateway.putProject(
        PROJECT,
        TestService.openAi("second", at("/v1"))
            .priority(200)
            .models("gpt-4o", "own", "fast=gpt-4o"),
        TestService.openAi("first", at("/v1")).priority(100).models("gpt-*"),
        TestService.openAi("staging", at("/down")).environment("staging"),
        TestService.anthropic("anthropic", at("")));
    HttpResponse<String> answer =
        get("/v1/models", "Authorization", "Bearer " + gateway.newKey(PROJECT));
    assertThat(ids(answer)).containsExactly("gpt-4o", "gpt-4o-mini", "own", "fast");
    assertThat(requests).hasSize(1);
  }

  @Test
  void answersHeadWithoutABody() throws Exception {
    gateway.putProject(PROJECT, TestService.openAi("openai", at("")).models("a"));
    HttpResponse<String> answer =
        client.send(
            request("/v1/models", "Authorization", "Bearer " + gateway.newKey(PROJECT))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValueAsLong("content-length").orElse(0)).isPositive();
  }

  @Test
  void givesOneModelAndHidesWhetherAnotherIsDeniedOrUnknown() throws Exception {
    gateway.putProject(PROJECT, TestService.openAi("openai", at("")));
    String key = gateway.newKey(PROJECT, null, TestPolicies.models(null, List.of("gpt-4o-mini")));
    HttpResponse<String> one = get("/v1/models/org/dall-e-3", "Authorization", "Bearer " + key);
    assertThat(one.statusCode()).isEqualTo(200);
    assertThat((String) JsonPath.read(one.body(), "$.id")).isEqualTo("org/dall-e-3");
    HttpResponse<String> denied = get("/v1/models/gpt-4o-mini", "Authorization", "Bearer " + key);
    HttpResponse<String> unknown = get("/v1/models/nothing", "Authorization", "Bearer " + key);
    assertThat(denied.statusCode()).isEqualTo(404);
    assertThat(denied.body()).isEqualTo(unknown.body());
    assertThat((String) JsonPath.read(denied.body(), "$.error.code")).isEqualTo("model_not_found");
  }

  @Test
  void answersAnthropicsSdkInItsOwnShape() throws Exception {
    gateway.putProject(
        PROJECT, TestService.anthropic("anthropic", at("")), TestService.openAi("openai", at("")));
    String key = gateway.newKey(PROJECT);
    HttpResponse<String> list =
        get("/v1/models?limit=20", "x-api-key", key, "anthropic-version", "2023-06-01");
    assertThat(JsonPath.<List<String>>read(list.body(), "$.data[*].id"))
        .containsExactly("claude-x");
    assertThat((Boolean) JsonPath.read(list.body(), "$.has_more")).isFalse();
    assertThat(requests).containsExactly("GET /v1/models?limit=1000 null|sk-anthropic|null");
    HttpResponse<String> unknown =
        get("/v1/models/nothing", "x-api-key", key, "anthropic-version", "2023-06-01");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat((String) JsonPath.read(unknown.body(), "$.error.type")).isEqualTo("not_found_error");
  }

  @Test
  void answersGeminisSdkInItsOwnShape() throws Exception {
    gateway.putProject(PROJECT, TestService.gemini("gemini", at("")));
    String key = gateway.newKey(PROJECT, null, TestPolicies.models(List.of("gemini-x"), List.of()));
    HttpResponse<String> list = get("/v1beta/models?pageSize=1&key=" + key);
    assertThat(JsonPath.<List<String>>read(list.body(), "$.models[*].name"))
        .containsExactly("models/gemini-x");
    assertThat(requests).containsExactly("GET /v1beta/models?pageSize=1000 null|null|sk-gemini");
    HttpResponse<String> one = get("/v1beta/models/gemini-x", "x-goog-api-key", key);
    assertThat((Integer) JsonPath.read(one.body(), "$.inputTokenLimit")).isEqualTo(30720);
    HttpResponse<String> denied = get("/v1beta/models/gemini-y", "x-goog-api-key", key);
    assertThat(denied.statusCode()).isEqualTo(404);
    assertThat((String) JsonPath.read(denied.body(), "$.error.status")).isEqualTo("NOT_FOUND");
  }

  @Test
  void leavesOutAProviderThatFailsButFailsIfAllDo() throws Exception {
    TestService down = TestService.openAi("down", at("/down"));
    gateway.putProject(PROJECT, down, TestService.openAi("named", at("/down")).models("a"));
    String key = gateway.newKey(PROJECT);
    assertThat(ids(get("/v1/models", "Authorization", "Bearer " + key))).containsExactly("a");
    gateway.putProject(PROJECT, down);
    HttpResponse<String> failed = get("/v1/models", "Authorization", "Bearer " + key);
    assertThat(failed.statusCode()).isEqualTo(502);
    assertThat((String) JsonPath.read(failed.body(), "$.error.code"))
        .isEqualTo("provider_unavailable");
  }

  @Test
  void tellsOfARefusedCredential() throws Exception {
    gateway.putProject(PROJECT, TestService.openAi("refusing", at("/refusing")));
    HttpResponse<String> failed =
        get("/v1/models", "Authorization", "Bearer " + gateway.newKey(PROJECT));
    assertThat(failed.statusCode()).isEqualTo(502);
    assertThat((String) JsonPath.read(failed.body(), "$.error.code"))
        .isEqualTo("provider_auth_failed");
    assertThat(gateway.usage().told())
        .extracting(event -> event.credentialId())
        .containsExactly("crd_refusing");
  }

  @Test
  void readsNoEndlessList() throws Exception {
    gateway.putProject(PROJECT, TestService.openAi("endless", at("/endless")));
    HttpResponse<String> failed =
        get("/v1/models", "Authorization", "Bearer " + gateway.newKey(PROJECT));
    assertThat(failed.statusCode()).isEqualTo(502);
  }

  @Test
  void wantsAKey() throws Exception {
    assertThat(get("/v1/models").statusCode()).isEqualTo(401);
  }

  private static List<String> ids(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    return JsonPath.read(answer.body(), "$.data[*].id");
  }

  private static HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return client.send(request(path, headers).GET().build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri(path));
    return headers.length == 0 ? request : request.headers(headers);
  }
}
