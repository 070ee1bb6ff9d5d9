package dev.tollgate.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.country.CountryFileWriter;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.InboxEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** The rules on where a request comes from, on the whole gateway, over real connections. */
class NetworkAccessIT {

  private static final AtomicInteger calls = new AtomicInteger();

  /** What any load balancer or content network may write, each saying what would be allowed. */
  private static final String FORGED =
      """
      X-Forwarded-For: 203.0.113.9\r
      Forwarded: for=203.0.113.9;proto=https\r
      X-Real-IP: 203.0.113.9\r
      X-Client-IP: 203.0.113.9\r
      X-Cluster-Client-IP: 203.0.113.9\r
      CF-Connecting-IP: 203.0.113.9\r
      True-Client-IP: 203.0.113.9\r
      Fastly-Client-IP: 203.0.113.9\r
      X-Forwarded-Proto: https\r
      X-Forwarded-Ssl: on\r
      Front-End-Https: on\r
      """;

  private static DisposableServer provider;
  private static GatewayHarness gateway;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    Path countries =
        Files.write(
            directory.resolve("countries.mmdb"),
            new CountryFileWriter()
                .put("127.0.0.1/32", "DE")
                .put("203.0.113.0/24", "DE")
                .put("127.0.0.3/32", "US")
                .toBytes());
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> {
              calls.incrementAndGet();
              return request
                  .receive()
                  .then()
                  .thenMany(
                      response
                          .header("content-type", "application/json")
                          .sendString(Mono.just("{}")));
            })
            .bindNow();
    gateway =
        GatewayHarness.start(
            "server.address=::",
            "tollgate.network.trusted-proxies=127.0.0.9",
            "tollgate.network.country-database=" + countries);
    String base = "http://127.0.0.1:" + provider.port();
    gateway.putProject(
        "prj_1",
        TestService.openAi("openai", base + "/v1"),
        TestService.anthropic("anthropic", base),
        TestService.gemini("gemini", base));
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    provider.disposeNow();
  }

  @BeforeEach
  void forgetCalls() {
    calls.set(0);
  }

  private static String key(String network, String domains) {
    return gateway.newKey(
        "prj_1",
        null,
        TestPolicies.document(
            "{'security':{'network_restrictions':%s,'domain_restrictions':%s}}"
                .formatted(network, domains)));
  }

  private static String chat(String from, String key, String headers) throws IOException {
    return send(from, "/v1/chat/completions", key, headers, "{\"model\":\"m\",\"messages\":[]}");
  }

  private static String send(String from, String path, String key, String headers, String body)
      throws IOException {
    String to = from.contains(":") ? "::1" : "127.0.0.1";
    try (Socket socket =
        new Socket(InetAddress.ofLiteral(to), gateway.port(), InetAddress.ofLiteral(from), 0)) {
      socket.setSoTimeout(10_000);
      String request =
          """
          POST %s HTTP/1.1\r
          Host: localhost\r
          Connection: close\r
          Authorization: Bearer %s\r
          Content-Type: application/json\r
          Content-Length: %d\r
          %s\r
          %s\
          """
              .formatted(path, key, body.length(), headers, body);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.substring(9, 12));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1, 200",
    "127.0.0.1, 127.0.0.2, 403",
    "127.0.0.2, 127.0.0.1, 403",
    "127.0.0.0/8, 127.0.0.2, 200",
    "::ffff:127.0.0.2, 127.0.0.2, 200",
    "::1, ::1, 200",
    "::1, 127.0.0.1, 403",
    "127.0.0.0/8, ::1, 403",
  })
  void letsInWhoIsOnTheList(String allowed, String from, int expected) throws IOException {
    String answer = chat(from, key("{'ip_whitelist':['" + allowed + "']}", "{}"), FORGED);
    assertThat(status(answer)).as(answer).isEqualTo(expected);
    assertThat(calls).hasValue(expected == 200 ? 1 : 0);
    if (expected == 403) {
      assertThat(answer)
          .contains("\"code\":\"ip_not_allowed\"")
          .contains("x-tollgate-error-source: gateway")
          .doesNotContain(allowed);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'ip_whitelist':['203.0.113.0/24']}",
        "{'ip_blacklist':['127.0.0.0/8']}",
        "{'require_https':true}",
        "{'allowed_countries':['FR']}",
        "{'blocked_countries':['DE']}",
      })
  void lessensNoRuleForAForgedHeader(String rules) throws IOException {
    assertThat(status(chat("127.0.0.1", key(rules, "{}"), FORGED))).isEqualTo(403);
    assertThat(calls).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'ip_whitelist':['203.0.113.0/24']}",
        "{'ip_blacklist':['127.0.0.0/8']}",
        "{'require_https':true}",
        "{'allowed_countries':['DE']}",
        "{'blocked_countries':['US']}",
      })
  void takesATrustedProxysWord(String rules) throws IOException {
    String named = "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n";
    assertThat(status(chat("127.0.0.9", key(rules, "{}"), named))).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 200, 200",
    "127.0.0.3, 403, 403",
    "127.0.0.2, 403, 200",
  })
  void judgesCountries(String from, int whereAllowed, int whereBlocked) throws IOException {
    assertThat(status(chat(from, key("{'allowed_countries':['DE']}", "{}"), "")))
        .isEqualTo(whereAllowed);
    assertThat(status(chat(from, key("{'blocked_countries':['US']}", "{}"), "")))
        .isEqualTo(whereBlocked);
  }

  /** Nobody knows whether it is in a country that is blocked. */
  @Test
  void tellsOfAnUnknownCountryThatPasses() throws IOException {
    gateway.usage().clear();
    chat("127.0.0.1", key("{'blocked_countries':['US']}", "{}"), "");
    chat("127.0.0.2", key("{'allowed_countries':['DE']}", "{}"), "");
    chat("127.0.0.2", key("{}", "{}"), "");
    assertThat(unknownCountries()).isEmpty();

    chat("127.0.0.2", key("{'blocked_countries':['US']}", "{}"), "");
    assertThat(unknownCountries())
        .singleElement()
        .satisfies(event ->
            assertThat(event.details())
                .containsEntry("reason", "unknown_country")
                .containsEntry("project_id", "prj_1")
                .containsEntry("ip_address", "127.0.0.2")
                .containsKey("request_id"));
  }

  private static List<InboxEvent> unknownCountries() {
    return gateway.usage().told().stream()
        .filter(event -> event.kind() == InboxEvent.Kind.SECURITY_EVENT)
        .toList();
  }

  @Test
  void judgesWhatBrowsersSay() throws IOException {
    String origins = key("{'allowed_origins':['https://*.company.com']}", "{}");
    String domains = key("{}", "{'allowed_domains':['*.company.com']}");
    String referrers = key("{}", "{'allowed_referrers':['https://app.company.com/*']}");
    String agents = key("{}", "{'user_agent_pattern':'^YourApp/'}");

    String good =
        """
        Origin: https://app.company.com\r
        Referer: https://app.company.com/x\r
        User-Agent: YourApp/1\r
        """;
    String bad = good.replace("company.com", "company.com.evil.com").replace("Your", "My");
    for (String key : List.of(origins, domains, referrers, agents)) {
      assertThat(status(chat("127.0.0.1", key, good))).isEqualTo(200);
      assertThat(status(chat("127.0.0.1", key, bad))).isEqualTo(403);
      assertThat(status(chat("127.0.0.1", key, ""))).isEqualTo(403);
    }
    assertThat(chat("127.0.0.1", origins, bad)).contains("origin_not_allowed");
    assertThat(chat("127.0.0.1", domains, bad)).contains("domain_not_allowed");
    assertThat(chat("127.0.0.1", referrers, bad)).contains("referrer_not_allowed");
    assertThat(chat("127.0.0.1", agents, bad)).contains("user_agent_not_allowed");
    String twice = "Origin: https://app.company.com\r\n" + good;
    assertThat(status(chat("127.0.0.1", origins, twice))).isEqualTo(403);
    assertThat(status(chat("127.0.0.1", domains, twice))).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/chat/completions                  | "code":"ip_not_allowed"
          /v1/messages                          | "type":"permission_error"
          /v1beta/models/m:generateContent      | "status":"PERMISSION_DENIED"
          /openai/v1/anything                   | "title":"ip not allowed"
          """)
  void refusesInTheShapeOfEveryProtocol(String path, String expected) throws IOException {
    String key = key("{'ip_whitelist':['203.0.113.0/24']}", "{}");
    String answer = send("127.0.0.1", path, key, "", "{\"model\":\"m\"}");
    assertThat(answer).startsWith("HTTP/1.1 403").contains(expected).contains("ip_not_allowed");
  }

  /** The body would be refused as malformed, and never comes to its end. */
  @Test
  void readsNothingOfTheBodyOfWhomItRefuses() throws IOException {
    String key = key("{'ip_blacklist':['127.0.0.1']}", "{}");
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), gateway.port())) {
      socket.setSoTimeout(10_000);
      String head =
          """
          POST /v1/chat/completions HTTP/1.1\r
          Host: localhost\r
          Authorization: Bearer %s\r
          Content-Type: application/json\r
          Content-Length: 1000\r
          \r
          }}}\
          """
              .formatted(key);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      byte[] status = socket.getInputStream().readNBytes(12);
      assertThat(new String(status, StandardCharsets.ISO_8859_1)).isEqualTo("HTTP/1.1 403");
    }
  }
}
