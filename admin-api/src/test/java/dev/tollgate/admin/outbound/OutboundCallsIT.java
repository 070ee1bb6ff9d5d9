package dev.tollgate.admin.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.outbound.OutboundAnswer.Answered;
import dev.tollgate.admin.outbound.OutboundAnswer.Reason;
import dev.tollgate.admin.outbound.OutboundAnswer.Unanswered;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

class OutboundCallsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String PASSWORD = "changeit";

  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  private final OutboundCalls inside = calls(List.of("127.0.0.0/8"), PATIENCE);
  private final OutboundCalls outside = calls(List.of(), PATIENCE);
  private @Nullable DisposableServer provider;

  private static OutboundCalls calls(List<String> networks, Duration total) {
    return new OutboundCalls(
        new OutboundAddresses(new OutboundProperties(networks)), PATIENCE, total);
  }

  @AfterEach
  void stop() {
    inside.destroy();
    outside.destroy();
    if (provider != null) {
      provider.disposeNow();
    }
  }

  private int serve(HttpServer server) {
    provider =
        server
            .host("127.0.0.1")
            .port(0)
            .route(routes ->
                routes
                    .get("/moved", this::moved)
                    .get("/silent", (request, response) -> Mono.never())
                    .get("/**", this::fine))
            .bindNow();
    return provider.port();
  }

  private Mono<Void> fine(HttpServerRequest request, HttpServerResponse response) {
    seen.add(request.uri() + " " + request.requestHeaders().get("x-secret"));
    return response.sendString(Mono.just("hello")).then();
  }

  private Mono<Void> moved(HttpServerRequest request, HttpServerResponse response) {
    seen.add(request.uri());
    return response.status(302).header("Location", "/elsewhere").send();
  }

  private static OutboundAnswer get(OutboundCalls calls, String origin, String target) {
    OutboundAnswer answer =
        calls
            .get(
                BaseUrl.parse(origin + "/ignored").orElseThrow(),
                target,
                headers -> headers.set("x-secret", "s"))
            .block(PATIENCE);
    assertThat(answer).isNotNull();
    return answer;
  }

  @Test
  void sendsTheHeadersAndReadsTheStatus() {
    int port = serve(HttpServer.create());
    assertThat(get(inside, "http://127.0.0.1:" + port, "/a?b=c")).isEqualTo(new Answered(200));
    assertThat(seen).containsExactly("/a?b=c s");
  }

  @Test
  void connectsToNoAddressInside() {
    int port = serve(HttpServer.create());
    for (String host : List.of("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]")) {
      for (String scheme : List.of("http://", "https://")) {
        assertThat(get(outside, scheme + host + ":" + port, "/"))
            .as(scheme + host)
            .isEqualTo(new Unanswered(Reason.ADDRESS_REFUSED));
      }
    }
    assertThat(seen).isEmpty();
  }

  @Test
  void judgesTheAddressThatANameResolvesTo() {
    int port = serve(HttpServer.create());
    OutboundCalls elsewhere = calls(List.of("10.0.0.0/8"), PATIENCE);
    try {
      assertThat(get(elsewhere, "https://localhost:" + port, "/"))
          .isEqualTo(new Unanswered(Reason.ADDRESS_REFUSED));
    } finally {
      elsewhere.destroy();
    }
  }

  @Test
  void followsNoRedirect() {
    int port = serve(HttpServer.create());
    assertThat(get(inside, "http://127.0.0.1:" + port, "/moved")).isEqualTo(new Answered(302));
    assertThat(seen).containsExactly("/moved");
  }

  @Test
  void givesUpWhenNoAnswerComes() {
    OutboundCalls hasty = calls(List.of("127.0.0.0/8"), Duration.ofMillis(300));
    int port = serve(HttpServer.create());
    try {
      assertThat(get(hasty, "http://127.0.0.1:" + port, "/silent"))
          .isEqualTo(new Unanswered(Reason.TOO_SLOW));
    } finally {
      hasty.destroy();
    }
  }

  @Test
  void saysWhenNobodyListens() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(get(inside, "http://127.0.0.1:" + port, "/"))
        .isEqualTo(new Unanswered(Reason.NO_CONNECTION));
  }

  @Test
  void takesWhatIsNotHttpForNoAnswer() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerWithNonsense(listener));
      assertThat(get(inside, "http://127.0.0.1:" + listener.getLocalPort(), "/"))
          .isEqualTo(new Unanswered(Reason.NO_CONNECTION));
    }
  }

  private static void answerWithNonsense(ServerSocket listener) {
    try (Socket socket = listener.accept();
        OutputStream out = socket.getOutputStream()) {
      out.write("220 mail.example.com ESMTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    } catch (java.io.IOException closed) {
      // the test is over
    }
  }

  @Test
  void trustsNoCertificateThatNobodySigned(@TempDir Path directory) throws Exception {
    KeyManagerFactory keys = selfSigned(directory.resolve("keys.p12"));
    int port =
        serve(
            HttpServer.create()
                .secure(spec -> {
                  try {
                    spec.sslContext(SslContextBuilder.forServer(keys).build());
                  } catch (javax.net.ssl.SSLException e) {
                    throw new IllegalStateException(e);
                  }
                }));
    assertThat(get(inside, "https://127.0.0.1:" + port, "/"))
        .isEqualTo(new Unanswered(Reason.NOT_TRUSTED));
    assertThat(seen).isEmpty();
  }

  private static KeyManagerFactory selfSigned(Path file) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    return keys;
  }
}
