package dev.tollgate.gateway.routing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.routing.UpstreamProperties;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestService;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;

/** How many connections lead to a provider, who waits for one, and what they speak. */
class ProviderClientsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Queue<HttpServerRequest> received = new ConcurrentLinkedQueue<>();
  private final Sinks.Empty<String> go = Sinks.empty();

  /** Speaks HTTP/2 as well, to whoever offers it or begins with it; answers when told to. */
  private final DisposableServer provider =
      HttpServer.create()
          .host("127.0.0.1")
          .port(0)
          .protocol(HttpProtocol.HTTP11, HttpProtocol.H2C)
          .handle((request, response) -> {
            received.add(request);
            return request
                .receive()
                .then(go.asMono())
                .then(response.sendString(Mono.just("{}")).then());
          })
          .bindNow();

  @AfterEach
  void stop() {
    client.shutdownNow();
    provider.disposeNow();
  }

  private CompletableFuture<HttpResponse<String>> ask(GatewayHarness gateway) {
    gateway.putProject(
        "prj_1", TestService.openAi("openai", "http://127.0.0.1:" + provider.port()));
    return client.sendAsync(
        HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
            .header("Authorization", "Bearer " + gateway.newKey("prj_1"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"model\":\"m\"}"))
            .build(),
        BodyHandlers.ofString());
  }

  private static void expectNoneLeft(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.body()).contains("\"provider_unavailable\"");
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
  }

  @Test
  void refusesAtOnceWhatTheQueueForAConnectionDoesNotTake() throws Exception {
    try (GatewayHarness gateway =
        GatewayHarness.start(
            "tollgate.upstream.max-connections=1",
            "tollgate.upstream.max-pending=1",
            "tollgate.upstream.acquire-timeout=1h")) {
      CompletableFuture<HttpResponse<String>> first = ask(gateway);
      await().atMost(PATIENCE).until(() -> received.size() == 1);
      List<CompletableFuture<HttpResponse<String>>> others =
          Stream.generate(() -> ask(gateway)).limit(2).toList();
      await().atMost(PATIENCE).until(() -> others.stream().anyMatch(CompletableFuture::isDone));
      others.stream()
          .filter(CompletableFuture::isDone)
          .forEach(refused -> expectNoneLeft(refused.join()));
      assertThat(go.tryEmitEmpty()).isEqualTo(Sinks.EmitResult.OK);
      assertThat(first.get().statusCode()).isEqualTo(200);
      assertThat(others)
          .extracting(answer -> answer.join().statusCode())
          .containsExactlyInAnyOrder(200, 503);
    }
  }

  @Test
  void refusesWhatWaitsTooLongForAConnection() throws Exception {
    try (GatewayHarness gateway =
        GatewayHarness.start(
            "tollgate.upstream.max-connections=1", "tollgate.upstream.acquire-timeout=50ms")) {
      CompletableFuture<HttpResponse<String>> first = ask(gateway);
      await().atMost(PATIENCE).until(() -> received.size() == 1);
      expectNoneLeft(ask(gateway).get());
      assertThat(go.tryEmitEmpty()).isEqualTo(Sinks.EmitResult.OK);
      assertThat(first.get().statusCode()).isEqualTo(200);
    }
  }

  /** The server's switch for HTTP/2 is, in Spring Cloud Gateway, the client's as well. */
  @Test
  void speaksHttp11ToAProviderThatCouldDoOtherwise() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start("server.http2.enabled=true")) {
      assertThat(go.tryEmitEmpty()).isEqualTo(Sinks.EmitResult.OK);
      assertThat(ask(gateway).get().statusCode()).isEqualTo(200);
      HttpServerRequest request = received.remove();
      assertThat(request.protocol()).isEqualTo("HTTP/1.1");
      assertThat(request.requestHeaders().names())
          .doesNotContain("upgrade", "Upgrade", "http2-settings", "HTTP2-Settings");
      // What is offered by ALPN, where the provider has TLS, follows from this.
      ProviderClients clients = gateway.bean(ProviderClients.class);
      assertThat(clients.connectingWithin(PATIENCE).configuration())
          .extracting("protocols")
          .isEqualTo(new HttpProtocol[] {HttpProtocol.HTTP11});
    }
  }

  @Test
  void keepsABoundedNumberOfClients() {
    ProviderClients clients =
        new ProviderClients(
            new UpstreamProperties(
                1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), DataSize.ofBytes(0)),
            UnaryOperator.identity());
    for (int millis = 1; millis <= 10_000; millis++) {
      var _ = clients.connectingWithin(Duration.ofMillis(millis));
    }
    assertThat(clients.clients()).isLessThanOrEqualTo(64);
    clients.close();
  }
}
