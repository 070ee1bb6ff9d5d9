package dev.tollgate.gateway.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.usage.UsageEvent;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

class GatewayHarnessIT {

  private static final String ANSWER =
      """
      {"model":"gpt-4o-2024","usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}\
      """;

  @Test
  void sendsARequestThroughToAProviderAndRecordsItsUsage() throws Exception {
    DisposableServer provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) ->
                request.requestHeaders().get("Authorization").equals("Bearer sk-openai")
                    ? response
                        .header("content-type", "application/json")
                        .sendString(Mono.just(ANSWER))
                    : response.status(401).send())
            .bindNow();
    try (GatewayHarness gateway = GatewayHarness.start()) {
      gateway.putProject(
          "prj_1", TestService.openAi("openai", "http://127.0.0.1:" + provider.port() + "/v1"));
      HttpResponse<String> answer = chat(gateway, gateway.newKey("prj_1"));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(ANSWER);
      UsageEvent row = gateway.usage().next(Duration.ofSeconds(10));
      assertThat(row.usage()).isNotNull();
      assertThat(row.usage().output()).isEqualTo(5);
      assertThat(row.model()).isEqualTo("gpt-4o");
    } finally {
      provider.disposeNow();
    }
  }

  private static HttpResponse<String> chat(GatewayHarness gateway, String key)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
              .header("Authorization", "Bearer " + key)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{\"model\":\"gpt-4o\",\"messages\":[]}"))
              .build(),
          BodyHandlers.ofString());
    }
  }
}
