package dev.tollgate.gateway.inspection;

import static java.net.http.HttpResponse.BodyHandlers.ofInputStream;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;

/** What the bodies of several requests hold together, on real sockets. */
@ExtendWith(OutputCaptureExtension.class)
class HeldBodiesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MEGABYTE = 1 << 20;

  /** So that its tokens are counted before the call. */
  private static final String LIMITED = "{'rate_limits':{'tokens':{'total_per_day':100000000}}}";

  private final HttpClient client = HttpClient.newHttpClient();
  private GatewayHarness gateway;
  private DisposableServer provider;
  private String key;

  /** What answers wait for before their end; null: nothing. */
  private volatile Sinks.@Nullable Empty<String> goingOn;

  @BeforeEach
  void start() {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) ->
                request
                    .receive()
                    .asByteArray()
                    .map(chunk -> chunk.length)
                    .reduce(0, Integer::sum)
                    .flatMap(length -> answer(length, response)))
            .bindNow();
    gateway = GatewayHarness.start("tollgate.inspection.max-held=4MB");
    gateway.putProject("prj_1", TestService.openAi("openai", url()));
    key = gateway.newKey("prj_1");
  }

  /** Goes on once it may. */
  private Mono<Void> answer(int length, HttpServerResponse response) {
    Flux<String> text = Flux.just(Integer.toString(length));
    return response.sendString(text.concatWith(Mono.defer(this::end))).then();
  }

  private Mono<String> end() {
    Sinks.Empty<String> current = goingOn;
    return current == null ? Mono.empty() : current.asMono();
  }

  private String url() {
    return "http://127.0.0.1:" + provider.port();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    gateway.close();
    provider.disposeNow();
  }

  @Test
  void refusesABodyForWhichThereIsNoRoomAndTakesItLater(CapturedOutput output) throws Exception {
    try (Socket _ = announce("Content-Length: " + 3 * MEGABYTE)) {
      await().atMost(PATIENCE).until(() -> held() == 3L * MEGABYTE);

      expectRefused(post(chat(2 * MEGABYTE)));
      assertThat(post(chat(MEGABYTE / 8)).statusCode()).isEqualTo(200);
    }
    await().atMost(PATIENCE).until(() -> held() == 0);
    byte[] body = chat(2 * MEGABYTE);
    assertThat(post(body).body()).isEqualTo(Integer.toString(body.length));
    await().atMost(PATIENCE).until(() -> held() == 0);
    // A client that goes away is no mistake of ours.
    assertThat(output.getAll()).doesNotContain("ERROR");
  }

  @Test
  void countsABodyThatDoesNotSayItsLength() throws Exception {
    try (Socket stalled = announce("Transfer-Encoding: chunked")) {
      byte[] chunk = new byte[3 * MEGABYTE];
      Arrays.fill(chunk, (byte) ' ');
      stalled.getOutputStream().write("300000\r\n".getBytes(StandardCharsets.US_ASCII));
      stalled.getOutputStream().write(chunk);
      await().atMost(PATIENCE).until(() -> held() == 3L * MEGABYTE);

      expectRefused(post(chat(2 * MEGABYTE)));
    }
    await().atMost(PATIENCE).until(() -> held() == 0);
  }

  /** Else answers that take long would keep the bodies of others out. */
  @Test
  void holdsNoBodyThatWasSent() throws Exception {
    Sinks.Empty<String> end = Sinks.empty();
    goingOn = end;
    String limited = gateway.newKey("prj_1", null, TestPolicies.document(LIMITED));
    byte[] body = chat(MEGABYTE);
    HttpResponse<InputStream> first = client.send(request(limited, body), ofInputStream());
    HttpResponse<InputStream> second = client.send(request(limited, body), ofInputStream());

    assertThat(held()).isZero();
    end.tryEmitEmpty().orThrow();
    for (HttpResponse<InputStream> answer : List.of(first, second)) {
      assertThat(new String(answer.body().readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo(Integer.toString(body.length));
    }
    assertThat(held()).isZero();
  }

  @Test
  void callsTooLargeWhatWouldNeverFit() throws Exception {
    assertThat(post(chat(5 * MEGABYTE)).statusCode()).isEqualTo(413);
    assertThat(held()).isZero();
  }

  @Test
  void countsAFormThatIsHeldBack() throws Exception {
    try (Socket _ = announce("Content-Length: " + 4 * MEGABYTE)) {
      await().atMost(PATIENCE).until(() -> held() == 4L * MEGABYTE);
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(gateway.uri("/v1/audio/transcriptions"))
                  .header("Authorization", "Bearer " + key)
                  .header("Content-Type", "multipart/form-data; boundary=b")
                  .POST(BodyPublishers.ofString("--b--\r\n"))
                  .build(),
              BodyHandlers.ofString());
      expectRefused(answer);
    }
  }

  private long held() {
    return gateway.bean(BodyMemory.class).heldBytes();
  }

  private static void expectRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.body()).contains("service_unavailable");
    assertThat(answer.headers().firstValue("retry-after")).isPresent();
  }

  /** A request whose body does not come. */
  private Socket announce(String framing) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Authorization: Bearer %s\r\n%s\r\n\r\n".formatted(key, framing);
    socket.getOutputStream().write(head.getBytes(ISO_8859_1));
    return socket;
  }

  private HttpResponse<String> post(byte[] body) throws Exception {
    return client.send(request(key, body), BodyHandlers.ofString());
  }

  private HttpRequest request(String with, byte[] body) {
    return HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
        .header("Authorization", "Bearer " + with)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(body))
        .build();
  }

  private static byte[] chat(int length) {
    String start = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"";
    String end = "\"}]}";
    String text = start + "x".repeat(length - start.length() - end.length()) + end;
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
