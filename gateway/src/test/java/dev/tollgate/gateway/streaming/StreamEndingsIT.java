package dev.tollgate.gateway.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.snapshot.ServiceSnapshot.Timeouts;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.UsageEvent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** How a stream ends that does not end by itself, as a client on a raw socket sees it. */
class StreamEndingsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String FIRST = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n";
  private static final String USAGE =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":7}}\n\n";
  private static final String LAST_CHUNK = "\r\n0\r\n\r\n";

  private final CountDownLatch providerCancelled = new CountDownLatch(1);
  private @Nullable DisposableServer provider;

  @TempDir Path directory;

  @AfterEach
  void stopProvider() {
    if (provider != null) {
      provider.disposeNow();
    }
  }

  @Test
  void endsASilentStreamByAnEventAndWithoutALastChunk() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start()) {
      Socket client = stream(gateway, Flux.just(FIRST).concatWith(Flux.never()), silence(300));
      String answer = readToEnd(client);
      assertThat(answer).startsWith("HTTP/1.1 200").contains(FIRST.strip());
      assertThat(answer).contains("data: {\"error\":").contains("\"code\":\"provider_timeout\"");
      assertThat(answer).doesNotContain(LAST_CHUNK);
      UsageEvent row = gateway.usage().next(PATIENCE);
      assertThat(row.outcome()).isEqualTo(UsageEvent.Outcome.FAILED);
      assertThat(row.errorCode()).isEqualTo("provider_timeout");
      assertThat(row.status()).isEqualTo(200);
    }
  }

  @Test
  void answersWithAStatusWhenNothingHasBegun() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start()) {
      Socket client =
          stream(
              gateway,
              Flux.never(),
              new Timeouts(null, Duration.ofMillis(300), Duration.ofMillis(300), null));
      assertThat(readToEnd(client)).startsWith("HTTP/1.1 504").contains("provider_timeout");
      assertThat(gateway.usage().next(PATIENCE).status()).isEqualTo(504);
    }
  }

  @Test
  void endsWhatOutlivesTheDrainByAnEventAndARow() throws Exception {
    GatewayHarness gateway =
        GatewayHarness.start("server.shutdown=graceful", "tollgate.shutdown.drain=0s");
    Socket client;
    try {
      client = stream(gateway, Flux.just(FIRST).concatWith(Flux.never()), Timeouts.NONE);
      readUntil(client, FIRST.strip());
    } finally {
      gateway.close();
    }
    String rest = readToEnd(client);
    assertThat(rest).contains("\"code\":\"service_unavailable\"").doesNotContain(LAST_CHUNK);
    assertThat(gateway.usage().next(PATIENCE).outcome()).isEqualTo(UsageEvent.Outcome.FAILED);
  }

  @Test
  void cancelsTheProviderWhenTheClientGoesAway() throws Exception {
    try (GatewayHarness gateway = GatewayHarness.start()) {
      Socket client = stream(gateway, Flux.just(FIRST).concatWith(Flux.never()), Timeouts.NONE);
      readUntil(client, FIRST.strip());
      client.close();
      assertThat(providerCancelled.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(gateway.usage().next(PATIENCE).outcome()).isEqualTo(UsageEvent.Outcome.CANCELLED);
    }
  }

  @Test
  void readsOnForTheUsageWhereTheRouteSaysSo() throws Exception {
    Path routes =
        Files.writeString(
            directory.resolve("routes.yaml"),
            """
            defaults:
              on-client-gone: drain
            routes:
              - id: chat
                protocol: openai
                operation: chat-completion
                predicates: ["Path=/v1/chat/completions"]
            """);
    // What the provider says at once could still be written to a client that has just gone.
    CountDownLatch clientGone = new CountDownLatch(1);
    Flux<String> rest =
        Flux.interval(Duration.ofMillis(20))
            .map(tick -> ": wait\n\n")
            .skipUntil(tick -> clientGone.getCount() == 0)
            .take(50)
            .concatWithValues(USAGE);
    try (GatewayHarness gateway = GatewayHarness.start("tollgate.routes.location=" + routes)) {
      Socket client = stream(gateway, Flux.just(FIRST).concatWith(rest), Timeouts.NONE);
      readUntil(client, FIRST.strip());
      client.setSoLinger(true, 0);
      client.close();
      clientGone.countDown();
      UsageEvent row = gateway.usage().next(PATIENCE);
      assertThat(row.outcome()).isEqualTo(UsageEvent.Outcome.CANCELLED);
      assertThat(row.usage()).isNotNull();
      assertThat(row.usage().output()).isEqualTo(7);
    }
  }

  private Socket stream(GatewayHarness gateway, Flux<String> events, Timeouts timeouts)
      throws IOException {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) ->
                response.sse().sendString(events.doOnCancel(providerCancelled::countDown)))
            .bindNow();
    gateway.putProject(
        "prj_1",
        TestService.openAi("openai", "http://127.0.0.1:" + provider.port()).timeouts(timeouts));
    String body = "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}";
    Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    client.setSoTimeout((int) PATIENCE.toMillis());
    client
        .getOutputStream()
        .write(
            """
            POST /v1/chat/completions HTTP/1.1\r
            Host: localhost\r
            Authorization: Bearer %s\r
            Content-Type: application/json\r
            Connection: close\r
            Content-Length: %d\r
            \r
            %s\
            """
                .formatted(gateway.newKey("prj_1"), body.length(), body)
                .getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  private static Timeouts silence(long millis) {
    return new Timeouts(null, null, Duration.ofMillis(millis), null);
  }

  private static String readToEnd(Socket client) throws IOException {
    try (client) {
      return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void readUntil(Socket client, String expected) throws IOException {
    InputStream in = client.getInputStream();
    StringBuilder seen = new StringBuilder();
    while (seen.indexOf(expected) < 0) {
      int next = in.read();
      assertThat(next).as("the stream ended after: %s", seen).isNotNegative();
      seen.append((char) next);
    }
  }
}
