package dev.tollgate.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** What is refused with its code, and that no provider sees any of it. */
class RequestInspectionIT {

  private static final AtomicInteger CALLS = new AtomicInteger();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static GatewayHarness gateway;
  private static DisposableServer provider;
  private static String key;

  @BeforeAll
  static void start() {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> {
              CALLS.incrementAndGet();
              return response
                  .header("content-type", "application/json")
                  .sendString(Mono.just("{}"));
            })
            .bindNow();
    gateway = GatewayHarness.start();
    String url = "http://127.0.0.1:" + provider.port();
    gateway.putProject(
        "prj_1",
        TestService.openAi("openai", url),
        TestService.anthropic("anthropic", url),
        TestService.gemini("gemini", url));
    key = gateway.newKey("prj_1");
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    provider.disposeNow();
    CLIENT.close();
  }

  @AfterEach
  void forgetCalls() {
    CALLS.set(0);
  }

  private static HttpResponse<String> post(
      String presented, String path, BodyPublisher body, String... contentTypes)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.uri(path))
            .header("Authorization", "Bearer " + presented)
            .POST(body);
    for (String contentType : contentTypes) {
      request.header("Content-Type", contentType);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static void expectRefused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(code);
    assertThat(answer.headers().firstValue("x-tollgate-error-source")).contains("gateway");
    assertThat(CALLS).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, invalid_request",
    "/v1/completions, invalid_request",
    "/v1/embeddings, invalid_request",
    "/v1/messages, invalid_request_error",
  })
  void refusesWhatNeedsAModelWithoutABody(String path, String code) throws Exception {
    expectRefused(post(key, path, BodyPublishers.noBody(), "application/json"), 400, code);
  }

  @Test
  void refusesAChatAsAForm() throws Exception {
    expectRefused(
        post(
            key,
            "/v1/chat/completions",
            BodyPublishers.ofString("--b\r\n\r\n--b--\r\n"),
            "multipart/form-data; boundary=b"),
        400,
        "invalid_request");
  }

  @Test
  void refusesTwoContentTypes() throws Exception {
    expectRefused(
        post(
            key,
            "/v1/chat/completions",
            BodyPublishers.ofString("{\"model\":\"gpt-4o\"}"),
            "application/json",
            "multipart/form-data; boundary=b"),
        400,
        "invalid_request");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1beta/models/g%00x:generateContent",
    "/v1beta/models/g%20:generateContent",
    "/v1beta/models/%09g:generateContent"
  })
  void holdsAModelInThePathToTheRulesOfOneInABody(String path) throws Exception {
    expectRefused(
        post(key, path, BodyPublishers.ofString("{\"contents\":[]}"), "application/json"), 400, "");
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions,              dall-e-3",
    "/openai/v1/chat/completions,       dall-e-3",
    "/v1/messages,                      dall-e-3",
    "/openai/v1/something/new,          dall-e-3",
  })
  void refusesADeniedModelOnEveryWay(String path, String model) throws Exception {
    String restricted =
        gateway.newKey("prj_1", null, TestPolicies.models(null, List.of("dall-e-*")));

    expectRefused(
        post(
            restricted,
            path,
            BodyPublishers.ofString("{\"model\":\"" + model + "\"}"),
            "application/json"),
        403,
        path.equals("/v1/messages") ? "permission_error" : "model_not_allowed");
  }

  @Test
  void refusesAnUnnamedModelWhereSomeAreDenied() throws Exception {
    String restricted =
        gateway.newKey("prj_1", null, TestPolicies.models(null, List.of("dall-e-*")));

    expectRefused(
        post(
            restricted,
            "/openai/v1/something/new",
            BodyPublishers.ofString("{\"model\":\"dall-e-3\"}"),
            "text/plain"),
        403,
        "model_not_allowed");
  }

  @Test
  void letsWhatIsAllowedThrough() throws Exception {
    HttpResponse<String> answer =
        post(
            key,
            "/v1/chat/completions",
            BodyPublishers.ofString("{\"model\":\"gpt-4o\"}"),
            "application/json; charset=utf-8");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(CALLS).hasValue(1);
  }
}
