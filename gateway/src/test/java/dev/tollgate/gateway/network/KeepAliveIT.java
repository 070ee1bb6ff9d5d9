package dev.tollgate.gateway.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestService;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * Kept-alive connections go on being read, the client's as well as the provider's. Reactor Netty
 * 1.3.6 stopped after a request that came just before the end of the one before it and was answered
 * at once (its issue 4361).
 */
class KeepAliveIT {

  private static final int REQUESTS = 3_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String CHAT =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  @Test
  void everyRequestOfAConnectionIsAnswered() throws Exception {
    DisposableServer provider = answeringProvider();
    try (GatewayHarness gateway = GatewayHarness.start();
        HttpClient client = HttpClient.newHttpClient()) {
      gateway.putProject(
          "prj_1", TestService.openAi("openai", "http://127.0.0.1:" + provider.port()));
      HttpRequest chat =
          request(gateway, "/v1/chat/completions")
              .header("Authorization", "Bearer " + gateway.newKey("prj_1"))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(CHAT))
              .build();
      HttpRequest refused =
          request(gateway, "/v1/chat/completions").POST(BodyPublishers.ofString(CHAT)).build();
      HttpRequest health = request(gateway, "/health/live").build();
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(status(client, chat)).as("chat %d", i).isEqualTo(200);
        assertThat(status(client, refused)).as("refused %d", i).isEqualTo(401);
        assertThat(status(client, health)).as("health %d", i).isEqualTo(200);
      }
    } finally {
      provider.disposeNow();
    }
  }

  private static DisposableServer answeringProvider() {
    return HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .handle((request, response) ->
            request
                .receive()
                .then()
                .then(
                    response
                        .header("content-type", "application/json")
                        .sendString(Mono.just("{\"choices\":[]}"))
                        .then()))
        .bindNow();
  }

  private static HttpRequest.Builder request(GatewayHarness gateway, String path) {
    return HttpRequest.newBuilder(gateway.uri(path)).timeout(PATIENCE);
  }

  private static int status(HttpClient client, HttpRequest request) throws Exception {
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }
}
