package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What the three ports answer beside their own work: nothing. Of the framework's operational
 * endpoints only health and metrics exist, on the management port alone; and none of the ports lets
 * itself be talked into HTTP/2 without TLS.
 */
class ListeningPortsIT {

  private static final Bed BED = Bed.shared();

  /** Reserved for the connection preface of HTTP/2 (RFC 9113, 3.4). */
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  /** What an endpoint would have in its answer, whichever of them it is. */
  private static final List<String> GIVEN_AWAY =
      List.of(
          "propertySources",
          "activeProfiles",
          "JAVA PROFILE",
          "predicate",
          "threadName",
          "configuredLevel",
          "\"beans\"",
          "\"contexts\"",
          "_links",
          "positiveMatches");

  enum Port {
    GATEWAY,
    ADMIN,
    MANAGEMENT;

    URI url() {
      return switch (this) {
        case GATEWAY -> BED.tollgate().gatewayUrl();
        case ADMIN -> BED.tollgate().adminUrl();
        case MANAGEMENT -> BED.tollgate().managementUrl();
      };
    }

    /** Whoever asks may do there all that anybody may. */
    String credential() {
      return switch (this) {
        case GATEWAY -> BED.tenantWithProviders().key().token();
        case ADMIN, MANAGEMENT -> BED.rootKey();
      };
    }
  }

  private static final List<String> ENDPOINTS =
      List.of(
          "gateway",
          "gateway/routes",
          "gateway/refresh",
          "gateway/globalfilters",
          "env",
          "env/spring.r2dbc.password",
          "heapdump",
          "threaddump",
          "configprops",
          "beans",
          "mappings",
          "conditions",
          "loggers",
          "shutdown",
          "prometheus",
          "info",
          "httpexchanges",
          "flyway",
          "scheduledtasks",
          "startup");

  static final List<String> PATHS =
      ENDPOINTS.stream()
          .flatMap(endpoint -> Stream.of("/actuator/" + endpoint, "/" + endpoint))
          .toList();

  static final List<String> DISGUISED =
      List.of(
          "/actuator",
          "/actuator/",
          "/ACTUATOR/env",
          "//actuator/env",
          "/actuator//env",
          "/actuator/./env",
          "/v1/../actuator/env",
          "/v1/%2e%2e/actuator/env",
          "/v1/..%2factuator/env",
          "/v1/..;/actuator/env",
          "/%61ctuator/env",
          "/%2561ctuator/env",
          "/actuator%2fenv",
          "/actuator%252fenv",
          "/actuator;x=y/env",
          "/actuator/env;x=y",
          "/actuator/env/",
          "/actuator/env.json",
          "/actuator/%65nv",
          "/actuator\\env",
          "/%65nv",
          "//env",
          "/env/",
          "/env;x=y",
          "/health/../env",
          "/health/..;/env",
          "/health/%2e%2e/heapdump",
          "/metrics/../heapdump",
          "/%68eapdump",
          "//heapdump",
          "/heapdump;x=y",
          "http://localhost/actuator/env");

  @ParameterizedTest
  @FieldSource("PATHS")
  void noOperationalEndpointAnswersOnAnyPort(String path) {
    for (Port port : Port.values()) {
      String bearer = "Authorization: Bearer " + port.credential();
      for (String method : List.of("GET", "POST", "DELETE")) {
        Reply reply =
            new RawHttp(port.url())
                .exchange(method, path, new byte[0], bearer, "Content-Length: 0");
        assertRefused(reply, method + " " + path + " on " + port);
      }
    }
  }

  @ParameterizedTest
  @FieldSource("DISGUISED")
  void noneAnswersUnderAnotherSpelling(String path) {
    for (Port port : Port.values()) {
      Reply reply = new RawHttp(port.url()).get(path, "Authorization: Bearer " + port.credential());
      assertRefused(reply, path + " on " + port);
    }
  }

  private static void assertRefused(Reply reply, String what) {
    assertThat(reply.status()).as(what).isBetween(400, 499);
    assertThat(reply.text()).as(what).doesNotContain(GIVEN_AWAY.toArray(String[]::new));
  }

  @Test
  void healthAndMetricsAnswerOnTheManagementPort() {
    RawHttp management = new RawHttp(Port.MANAGEMENT.url());
    for (String path : List.of("/health", "/health/liveness", "/health/readiness")) {
      Reply reply = management.get(path);
      assertThat(reply.status()).as(path).isEqualTo(200);
      assertThat(reply.text()).as(path).doesNotContain("details", "components");
    }
    assertThat(management.get("/metrics").text()).contains("tollgate_requests");
  }

  @Test
  void metricsAnswerOnTheManagementPortOnly() {
    for (Port port : List.of(Port.GATEWAY, Port.ADMIN)) {
      Reply reply =
          new RawHttp(port.url()).get("/metrics", "Authorization: Bearer " + port.credential());
      assertThat(reply.status()).as("%s", port).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOfferOfHttp2WithoutTlsIsDeclined(Port port) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(port.url().resolve("/health/live")).build(),
              BodyHandlers.ofString());
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }
    Reply reply =
        new RawHttp(port.url())
            .get(
                "/health/live",
                "Connection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAAQAAP__");
    assertThat(reply.status()).isNotEqualTo(101);
    assertThat(reply.headerNames()).doesNotContain("upgrade");
  }

  /** What speaks HTTP/2 sends a SETTINGS frame of its own before anything else. */
  @ParameterizedTest
  @EnumSource
  void thePrefaceOfHttp2WithoutTlsIsNotTaken(Port port) throws IOException {
    String answer = answerTo(port.url(), PREFACE.getBytes(US_ASCII), EMPTY_SETTINGS);
    assertThat(answer)
        .satisfiesAnyOf(
            text -> assertThat(text).isEmpty(), text -> assertThat(text).startsWith("HTTP/1.1 4"));
  }

  /** Everything until the server ends the connection, as it should. */
  private static String answerTo(URI server, byte[]... sent) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(30_000);
      for (byte[] bytes : sent) {
        socket.getOutputStream().write(bytes);
      }
      socket.getInputStream().transferTo(answer);
    } catch (SocketException e) {
      // A reset is an end as well; what came before it counts.
    }
    return answer.toString(ISO_8859_1);
  }
}
