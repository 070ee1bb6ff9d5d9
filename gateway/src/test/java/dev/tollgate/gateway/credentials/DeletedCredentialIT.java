package dev.tollgate.gateway.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestService;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A service whose credential was deleted must not call its provider without one. */
class DeletedCredentialIT {

  private static final AtomicInteger CALLS = new AtomicInteger();
  private static DisposableServer provider;
  private static GatewayHarness gateway;

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
                  .sendString(Mono.just("{\"data\":[]}"));
            })
            .bindNow();
    gateway = GatewayHarness.start();
    gateway.putProject(
        "prj_1",
        TestService.openAi("openai", "http://127.0.0.1:" + provider.port() + "/v1")
            .withoutCredential());
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    provider.disposeNow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/chat/completions", "/openai/v1/chat/completions"})
  void isNotCalled(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(gateway.uri(path))
                  .header("Authorization", "Bearer " + gateway.newKey("prj_1"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{\"model\":\"gpt-4o\",\"messages\":[]}"))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
      assertThat(answer.body()).contains("provider_auth_failed");
      assertThat(answer.headers().firstValue("x-tollgate-error-source")).contains("gateway");
    }
    assertThat(CALLS).hasValue(0);
  }
}
