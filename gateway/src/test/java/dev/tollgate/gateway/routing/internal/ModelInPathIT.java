package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * However a path is written: where the provider could find a denied model in it, nothing gets
 * there, whatever model the body names.
 */
class ModelInPathIT {

  private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();
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
              SEEN.add(request.uri());
              return request.receive().then(response.sendString(Mono.just("{}")).then());
            })
            .bindNow();
    String at = "http://127.0.0.1:" + provider.port();
    gateway = GatewayHarness.start();
    gateway.putProject(
        "prj_1",
        TestService.openAi("own", at),
        TestService.openAi("models", at),
        TestService.gemini("gemini", at));
    key = gateway.newKey("prj_1", null, TestPolicies.models(null, List.of("denied*")));
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    provider.disposeNow();
    CLIENT.close();
  }

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  private static HttpResponse<String> post(String path) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(gateway.uri(path))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"model\":\"fine\",\"messages\":[]}"))
            .build(),
        BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1beta/models/denied:generateContent",
        "/v1beta/models/%64enied:generateContent",
        "/v1beta/models/DENIED:generateContent",
        "/v1beta/models/den%E2%80%8Bied:generateContent",
        "/v1beta/mod%65ls/denied:generateContent",
        "/v1beta/Models/denied:generateContent",
        "/v1beta/models/denied%3AgenerateContent",
        "/gemini/v1beta/models/denied:generateContent",
        "/gemini/v1/models/denied:generateContent",
        "/gemini/v1beta/mod%65ls/denied:generateContent",
        "/gemini/v1beta/MODELS/denied:generateContent",
        "/openai/deployments/denied/chat/completions",
        "/openai/deploy%6Dents/denied/chat/completions",
        "/own/openai/deployments/denied/chat/completions",
        "/own/openai/Deployments/denied/chat/completions",
        "/own/openai/%64eployments/Denied/chat/completions",
        "/own/model/denied/converse",
        "/own/Model/denied/converse",
        "/models/openai/deployments/denied/chat/completions",
        "/models/own/model/denied/converse",
        "/own/models/fine/deployments/denied/chat/completions",
        "/own/deployments/fine/model/denied/converse",
        "/own/models/fine/models/denied:generateContent"
      })
  void keepsADeniedModelBack(String path) throws Exception {
    HttpResponse<String> answer = post(path);
    assertThat(answer.statusCode()).as(answer.body()).isIn(400, 403, 404);
    assertThat(SEEN).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1beta/models/fine:generateContent",
        "/gemini/v1beta/models/fine:generateContent",
        "/openai/deployments/fine/chat/completions",
        "/models/openai/deployments/fine/chat/completions",
        "/own/model/fine/converse"
      })
  void letsAnotherModelPass(String path) throws Exception {
    assertThat(post(path).statusCode()).isEqualTo(200);
    assertThat(SEEN).hasSize(1);
  }
}
