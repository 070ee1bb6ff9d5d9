package dev.tollgate.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** What a browser asks before a page of one origin may call the gateway, and what it is told. */
class CorsIT {

  private static final String APP = "https://app.company.com";

  private static DisposableServer provider;
  private static GatewayHarness gateway;

  @BeforeAll
  static void start() {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) ->
                request
                    .receive()
                    .then()
                    .thenMany(
                        response
                            .header("content-type", "application/json")
                            .header("access-control-allow-origin", "https://provider.example")
                            .header("access-control-allow-credentials", "true")
                            .sendString(Mono.just("{}"))))
            .bindNow();
    gateway = GatewayHarness.start();
    gateway.snapshots().putOrigins("https://*.company.com", "http://localhost:3000");
    gateway.putProject(
        "prj_1", TestService.openAi("openai", "http://127.0.0.1:" + provider.port() + "/v1"));
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    provider.disposeNow();
  }

  @AfterEach
  void bringTheDatabaseBack() {
    gateway.snapshots().setAvailable(true);
  }

  private static String send(String head, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port())) {
      socket.setSoTimeout(10_000);
      String request =
          head.strip().replace("\n", "\r\n")
              + "\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(body.length(), body);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return answer.toLowerCase(Locale.ROOT);
    }
  }

  private static String preflight(String origin) throws IOException {
    return send(
        """
        OPTIONS /v1/chat/completions HTTP/1.1
        Origin: %s
        Access-Control-Request-Method: POST
        Access-Control-Request-Headers: authorization,content-type,x-stainless-os
        """
            .formatted(origin),
        "");
  }

  private static String chat(String key, String origin) throws IOException {
    return send(
        """
        POST /v1/chat/completions HTTP/1.1
        Authorization: Bearer %s
        Content-Type: application/json
        Origin: %s
        """
            .formatted(key, origin),
        "{\"model\":\"m\",\"messages\":[]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {APP, "http://localhost:3000"})
  void answersAPreflightWithoutAKey(String origin) throws IOException {
    assertThat(preflight(origin))
        .startsWith("http/1.1 204")
        .contains("access-control-allow-origin: " + origin + "\r\n")
        .contains("access-control-allow-methods: get, head, post, put, patch, delete\r\n")
        .contains("access-control-allow-headers: authorization,content-type,x-stainless-os\r\n")
        .contains("access-control-max-age: 600\r\n")
        .contains("vary: origin")
        .doesNotContain("access-control-allow-credentials");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://company.com",
        "http://app.company.com",
        "https://app.company.com.evil.com",
        "http://localhost:3001",
        "null",
        "*",
      })
  void refusesAPreflightOfAnOriginThatNothingAllows(String origin) throws IOException {
    assertThat(preflight(origin))
        .startsWith("http/1.1 403")
        .contains("origin_not_allowed")
        .doesNotContain("access-control-");
  }

  @Test
  void doesNotGuessWhenTheDatabaseIsAway() throws IOException {
    gateway.snapshots().setAvailable(false);
    assertThat(preflight(APP))
        .startsWith("http/1.1 503")
        .contains("retry-after")
        .doesNotContain("access-control-");
  }

  @Test
  void echoesNoNamesThatAreNone() throws IOException {
    String answer =
        send(
            """
            OPTIONS /v1/models HTTP/1.1
            Origin: https://app.company.com
            Access-Control-Request-Method: GET
            Access-Control-Request-Headers: a<script>
            """,
            "");
    assertThat(answer).startsWith("http/1.1 204").doesNotContain("script");
  }

  @Test
  void letsScriptsOfAnAllowedOriginReadTheAnswer() throws IOException {
    assertThat(chat(gateway.newKey("prj_1"), APP))
        .startsWith("http/1.1 200")
        .contains("access-control-allow-origin: " + APP + "\r\n")
        .contains("access-control-expose-headers: x-request-id")
        .contains("vary: origin")
        .doesNotContain("provider.example")
        .doesNotContain("access-control-allow-credentials");
  }

  @Test
  void letsScriptsOfAnAllowedOriginReadErrors() throws IOException {
    assertThat(chat("tgk_wrong", APP))
        .startsWith("http/1.1 401")
        .contains("access-control-allow-origin: " + APP + "\r\n")
        .contains("x-request-id");
    String key =
        gateway.newKey(
            "prj_1",
            null,
            TestPolicies.document(
                "{'security':{'network_restrictions':{'allowed_origins':['http://localhost:3000']}}}"));
    assertThat(chat(key, APP))
        .as("judged by its own key, not by the union")
        .startsWith("http/1.1 403")
        .contains("origin_not_allowed")
        .contains("access-control-allow-origin: " + APP + "\r\n");
    assertThat(chat(key, "http://localhost:3000")).startsWith("http/1.1 200");
  }

  @Test
  void servesOthersWithoutLettingTheirScriptsRead() throws IOException {
    assertThat(chat(gateway.newKey("prj_1"), "https://evil.com"))
        .startsWith("http/1.1 200")
        .contains("vary: origin")
        .doesNotContain("access-control-");
  }

  @Test
  void takesNoOtherOptionsForAPreflight() throws IOException {
    String answer =
        send("OPTIONS /v1/chat/completions HTTP/1.1\nOrigin: https://app.company.com", "");
    assertThat(answer).doesNotStartWith("http/1.1 2").doesNotContain("access-control-max-age");
  }
}
