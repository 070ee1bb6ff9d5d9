package dev.tollgate.gateway.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class RequestLineGuardIT {

  private static final String HOST = "Host: localhost\r\n";
  private static final String END = "\r\n";
  private static final String SECOND = "GET /second HTTP/1.1\r\n" + HOST + END;
  private static final String KEY = "tgk_" + "a1B".repeat(16) + "Z";

  private static EdgeServer server;

  @BeforeAll
  static void start() {
    server = new EdgeServer(EdgeServer.limits());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    server.seen.clear();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refused("TRACE", 400, "TRACE /v1/models HTTP/1.1\r\n" + HOST + END),
        refused("CONNECT", 400, "CONNECT example.com:443 HTTP/1.1\r\n" + HOST + END),
        refused("CONNECT a path", 400, "CONNECT /v1/models HTTP/1.1\r\n" + HOST + END),
        refused("unknown method", 400, "BREW /v1/models HTTP/1.1\r\n" + HOST + END),
        refused("method in lower case", 400, "get /v1/models HTTP/1.1\r\n" + HOST + END),
        refused("method with a control", 400, "GE\001T /v1/models HTTP/1.1\r\n" + HOST + END),
        refused("HTTP/2 preface", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        refused("no Host", 400, "GET /v1/models HTTP/1.1\r\n\r\n"),
        refused("no Host in HTTP/1.0", 400, "GET /v1/models HTTP/1.0\r\n\r\n"),
        refused("two Hosts", 400, "GET /v1/models HTTP/1.1\r\n" + HOST + "Host: evil\r\n\r\n"),
        refused("the same Host twice", 400, "GET /v1/models HTTP/1.1\r\n" + HOST + HOST + END),
        refused("empty Host", 400, "GET /v1/models HTTP/1.1\r\nHost:\r\n\r\n"),
        refused("malformed Host", 400, "GET /v1/models HTTP/1.1\r\nHost: a b\r\n\r\n"),
        refused("Host with user", 400, "GET /v1/models HTTP/1.1\r\nHost: u@localhost\r\n\r\n"),
        refused("absolute-form", 400, "GET http://localhost/v1/models HTTP/1.1\r\n" + HOST + END),
        refused("other host", 400, "GET http://evil.example/v1/x HTTP/1.1\r\n" + HOST + END),
        refused("authority-form", 400, "GET localhost:80 HTTP/1.1\r\n" + HOST + END),
        refused("asterisk-form", 400, "OPTIONS * HTTP/1.1\r\n" + HOST + END),
        refused("dot segments", 400, "GET /v1/../actuator/env HTTP/1.1\r\n" + HOST + END),
        refused("encoded dots", 400, "GET /v1/%2e%2e/actuator/env HTTP/1.1\r\n" + HOST + END),
        refused("empty segment", 400, "GET //v1/models HTTP/1.1\r\n" + HOST + END),
        refused("encoded slash", 400, "GET /v1/models%2fx HTTP/1.1\r\n" + HOST + END),
        refused("double encoding", 400, "GET /v1/%252e%252e/x HTTP/1.1\r\n" + HOST + END),
        refused("backslash", 400, "GET /v1\\models HTTP/1.1\r\n" + HOST + END),
        refused("matrix parameter", 400, "GET /v1/models;a=b HTTP/1.1\r\n" + HOST + END),
        refused("fragment", 400, "GET /v1/models#a HTTP/1.1\r\n" + HOST + END),
        refused("NUL", 400, "GET /v1/\0models HTTP/1.1\r\n" + HOST + END),
        refused("control character", 400, "GET /v1/\001models HTTP/1.1\r\n" + HOST + END),
        refused("non-ASCII", 400, "GET /v1/mod\u00e8le HTTP/1.1\r\n" + HOST + END),
        refused("space in the target", 400, "GET /v1/a b HTTP/1.1\r\n" + HOST + END),
        refused("two spaces", 400, "GET  /v1/models HTTP/1.1\r\n" + HOST + END),
        refused("tab for a space", 400, "GET\t/v1/models HTTP/1.1\r\n" + HOST + END),
        refused("space before the method", 400, " GET /v1/models HTTP/1.1\r\n" + HOST + END),
        refused("space at the end", 400, "GET /v1/models HTTP/1.1 \r\n" + HOST + END),
        refused("no version", 400, "GET /v1/models\r\n" + HOST + END),
        refused("HTTP/0.9", 400, "GET /v1/models HTTP/0.9\r\n" + HOST + END),
        refused("HTTP/1.2", 400, "GET /v1/models HTTP/1.2\r\n" + HOST + END),
        refused("HTTP/2.0", 400, "GET /v1/models HTTP/2.0\r\n" + HOST + END),
        refused("lower-case version", 400, "GET /v1/models http/1.1\r\n" + HOST + END),
        refused("bare LF", 400, "GET /v1/models HTTP/1.1\n" + HOST + END),
        refused("bare LF after a header", 400, "GET /x HTTP/1.1\r\nHost: localhost\n\r\n"),
        refused("bare CR in a header", 400, head("X-A: b\rX-C: d")),
        refused("NUL in a header", 400, head("X-A: b\0c")),
        refused("control in a header", 400, head("X-A: b\013c")),
        refused("DEL in a header", 400, head("X-A: b\177c")),
        refused("NUL in a header name", 400, head("X-A\0: b")),
        refused("space before the colon", 400, head("X-A : b")),
        refused("header without a name", 400, head(": b")),
        refused("header without a colon", 400, head("X-A")),
        refused("non-ASCII header name", 400, head("X-\u00c4: b")),
        refused("obs-fold", 400, head("X-A: b\r\n c")),
        refused("obs-fold by tab", 400, head("X-A: b\r\n\tc")),
        refused("obs-fold of the first header", 400, "GET /x HTTP/1.1\r\n X-A: b\r\n" + HOST + END),
        refused("folded Content-Length", 400, head("Content-Length:\r\n 0")),
        refused("Content-Length twice", 400, post("Content-Length: 1\r\nContent-Length: 2", "ab")),
        refused("the same twice", 400, post("Content-Length: 2\r\nContent-Length: 2", "ab")),
        refused("list of lengths", 400, post("Content-Length: 2, 2", "ab")),
        refused("length with a sign", 400, post("Content-Length: +2", "ab")),
        refused("negative length", 400, post("Content-Length: -2", "ab")),
        refused("hexadecimal length", 400, post("Content-Length: 0x2", "ab")),
        refused("empty length", 400, post("Content-Length:", "ab")),
        refused("huge length", 400, post("Content-Length: 99999999999999999999", "ab")),
        refused(
            "repeated length in HTTP/1.0",
            400,
            "POST /v1/x HTTP/1.0\r\n" + HOST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        refused(
            "list of lengths in HTTP/1.0",
            400,
            "POST /v1/x HTTP/1.0\r\n" + HOST + "Content-Length: 2, 2\r\n\r\nab"),
        refused(
            "length and chunks",
            400,
            post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
        refused(
            "chunks and length",
            400,
            post("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n")),
        refused(
            "length and another encoding",
            400,
            post("Content-Length: 5\r\nTransfer-Encoding: identity", "abcde")),
        refused("gzip", 400, post("Transfer-Encoding: gzip", "ab")),
        refused("gzip, chunked", 400, post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")),
        refused("chunked, gzip", 400, post("Transfer-Encoding: chunked, gzip", "0\r\n\r\n")),
        refused("chunked, chunked", 400, post("Transfer-Encoding: chunked, chunked", "0\r\n\r\n")),
        refused(
            "chunked twice",
            400,
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
        refused("xchunked", 400, post("Transfer-Encoding: xchunked", "0\r\n\r\n")),
        refused("quoted chunked", 400, post("Transfer-Encoding: \"chunked\"", "0\r\n\r\n")),
        refused("chunked with a control", 400, post("Transfer-Encoding: \013chunked", "0\r\n\r\n")),
        refused("empty encoding", 400, post("Transfer-Encoding:", "ab")),
        refused(
            "chunks in HTTP/1.0",
            400,
            "POST /v1/x HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        refused("WebSocket elsewhere", 400, head("Connection: Upgrade\r\nUpgrade: websocket")),
        refused("another protocol", 400, head("Connection: Upgrade\r\nUpgrade: TLS/1.0")),
        refused("two protocols", 400, head("Connection: Upgrade\r\nUpgrade: h2c, websocket")),
        refused(
            "WebSocket by POST",
            400,
            "POST /v1/realtime HTTP/1.1\r\n" + HOST + "Upgrade: websocket\r\n\r\n"),
        refused("expectation", 417, head("Expect: 200-ok")),
        refused("two expectations", 417, head("Expect: 100-continue\r\nExpect: magic")),
        refused("long target", 414, "GET /v1/" + "a".repeat(9_000) + " HTTP/1.1\r\n" + HOST + END),
        refused("long header", 431, head("X-A: " + "b".repeat(40_000))),
        refused(
            "large headers", 431, head(("X-A: " + "b".repeat(90) + "\r\n").repeat(400) + "X: y")),
        refused("many headers", 431, head("X-A: b\r\n".repeat(300) + "X: y")),
        refused("key in the path", 400, "GET /v1/" + KEY + " HTTP/1.1\r\n" + HOST + END),
        refused(
            "key in the query", 400, "GET /v1/models?key=" + KEY + " HTTP/1.1\r\n" + HOST + END),
        refused("not HTTP", 400, "\026\003\001\002\000\001\000\001\r\n\r\n"));
  }

  private static Arguments refused(String name, int status, String request) {
    return Arguments.of(name, status, request);
  }

  private static String head(String header) {
    return "GET /v1/models HTTP/1.1\r\n" + HOST + header + "\r\n\r\n";
  }

  private static String post(String headers, String body) {
    return "POST /v1/chat/completions HTTP/1.1\r\n" + HOST + headers + "\r\n\r\n" + body;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refusesOnceWithABodyAndEndsTheConnection(String name, int status, String request)
      throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.send(request + SECOND);

      RawConnection.Response response = connection.receive();
      assertThat(response.status()).isEqualTo(status);
      assertThat(response.header("x-request-id")).startsWith("req_");
      assertThat(response.header("x-tollgate-error-source")).isEqualTo("gateway");
      assertThat(response.header("connection")).isEqualTo("close");
      assertThat(response.body())
          .contains(status == 414 || status == 431 ? "request_too_large" : "invalid_request")
          .doesNotContain("tgk_");
      assertThat(connection.endsSilently()).isTrue();
    }
    assertThat(server.seen).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refusesAlsoWhatComesInPieces(String name, int status, String request) throws IOException {
    try (RawConnection connection = server.connect()) {
      int half = request.length() / 2;
      connection.send(request.substring(0, half));
      connection.send(request.substring(half, request.length() - 1));
      connection.send(request.substring(request.length() - 1));

      assertThat(connection.receive().status()).isEqualTo(status);
      assertThat(connection.endsSilently()).isTrue();
    }
    assertThat(server.seen).isEmpty();
  }

  @Test
  void answersInTheShapeOfThePathsProtocol() throws IOException {
    assertThat(refusal("/v1/models;x"))
        .contains("{\"error\":{", "\"type\":\"invalid_request_error\"", "\"param\":null");
    assertThat(refusal("/v1/messages/a;x")).contains("{\"type\":\"error\",\"error\":{");
    assertThat(refusal("/v1beta/models/a;x")).contains("\"status\":\"INVALID_ARGUMENT\"");
    assertThat(refusal("/stripe/v1/a;x")).contains("\"title\":\"invalid request\"");
  }

  private static String refusal(String target) throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.send("GET " + target + " HTTP/1.1\r\n" + HOST + END);
      return connection.receive().body();
    }
  }

  @Test
  void keepsAWellFormedRequestIdOfTheClient() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.send("GET /v1/a;b HTTP/1.1\r\n" + HOST + "X-Request-Id: mine-1\r\n\r\n");
      assertThat(connection.receive().header("x-request-id")).isEqualTo("mine-1");
    }
  }

  @Test
  void makesAnIdWhereTheClientsOwnIsAKey() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.send("GET /v1/a;b HTTP/1.1\r\n" + HOST + "X-Request-Id: " + KEY + "\r\n\r\n");
      assertThat(connection.receive().header("x-request-id")).startsWith("req_");
    }
  }

  @Test
  void sendsNoBodyInAnswerToHead() throws IOException {
    try (RawConnection connection = server.connect()) {
      connection.send("HEAD /v1/a;b HTTP/1.1\r\n" + HOST + END);
      assertThat(connection.receiveAll()).startsWith("HTTP/1.1 400 ").endsWith("\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1/models?limit=3&after=a%2Fb&x[]=1&y=a;b",
        "/v1/models/a%20b",
        "/v1/models/ft:gpt-4o:acme::1",
        "/v1beta/models/gemini-2.5-pro:generateContent?alt=sse",
        "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
      })
  void letsThroughUntouched(String target) throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send("GET " + target + " HTTP/1.1\r\n" + HOST + END);
      assertThat(connection.receive().body()).isEqualTo("GET 0");
      assertThat(server.next().uri()).isEqualTo(target);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void letsThroughTheUsualMethods(String method) throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send(method + " /v1/x HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc");
      assertThat(connection.receive().body()).isEqualTo(method + " 3");
    }
  }

  @Test
  void servesRequestAfterRequestOnOneConnection() throws Exception {
    try (RawConnection connection = server.connect()) {
      for (int i = 1; i <= 3; i++) {
        connection.send(post("Content-Length: " + i, "a".repeat(i)));
        assertThat(connection.receive().body()).isEqualTo("POST " + i);
        connection.send(
            post("Transfer-Encoding: chunked", "2\r\nab\r\n1;x=y\r\nc\r\n0\r\nX: y\r\n\r\n"));
        assertThat(connection.receive().body()).isEqualTo("POST 3");
        connection.send("HEAD /v1/x HTTP/1.1\r\n" + HOST + END);
        assertThat(connection.receiveHead().header("content-length")).isEqualTo("6");
      }
    }
  }

  @Test
  void servesPipelinedRequestsInOrder() throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send(post("Content-Length: 1", "a") + post("Content-Length: 2", "ab").repeat(20));
      assertThat(connection.receive().body()).isEqualTo("POST 1");
      for (int i = 0; i < 20; i++) {
        assertThat(connection.receive().body()).isEqualTo("POST 2");
      }
    }
  }

  @Test
  void servesHttp10() throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send("POST /v1/x HTTP/1.0\r\n" + HOST + "Content-Length: 3\r\n\r\nabc");
      assertThat(connection.receive().body()).isEqualTo("POST 3");
      assertThat(connection.endsSilently()).isTrue();
    }
  }

  @Test
  void passesOnTheExpectationOf100Continue() throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send(post("Expect: 100-continue\r\nContent-Length: 3", ""));
      assertThat(connection.receive().status()).isEqualTo(100);
      connection.send("abc");
      assertThat(connection.receive().body()).isEqualTo("POST 3");
      connection.send(SECOND);
      assertThat(connection.receive().status()).isEqualTo(200);
    }
  }

  @Test
  void answersWhatCameBeforeARefusedRequestFirst() throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send("GET /held HTTP/1.1\r\n" + HOST + END);
      server.next();
      connection.send("GET /v1/a;b HTTP/1.1\r\n" + HOST + END + SECOND);
      // Whatever was refused out of turn would have come by the time this one is answered.
      try (RawConnection other = server.connect()) {
        other.send(SECOND);
        assertThat(other.receive().status()).isEqualTo(200);
      }
      server.next();
      server.release();

      assertThat(connection.receive().body()).isEqualTo("GET 0");
      assertThat(connection.receive().status()).isEqualTo(400);
      assertThat(connection.endsSilently()).isTrue();
    }
    assertThat(server.seen).isEmpty();
  }

  @Test
  void doesNotTakeABodyForARequest() throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send(post("Content-Length: " + SECOND.length(), SECOND));
      assertThat(connection.receive().body()).isEqualTo("POST " + SECOND.length());
      assertThat(server.next().method()).isEqualTo("POST");
    }
    assertThat(server.seen).isEmpty();
  }

  @Test
  void movesTheKeyOfAGeminiRequestIntoTheHeader() throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send("GET /v1beta/models?key=" + KEY + "&pageSize=2 HTTP/1.1\r\n" + HOST + END);
      assertThat(connection.receive().status()).isEqualTo(200);
      assertThat(server.next())
          .isEqualTo(new EdgeServer.Seen("GET", "/v1beta/models?pageSize=2", List.of(KEY), false));
    }
  }

  @Test
  void declinesHttp2WithoutTlsAndGoesOn() throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send(
          head("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk"));
      assertThat(connection.receive().status()).isEqualTo(200);
      assertThat(server.next().upgrade()).isFalse();
    }
  }

  @Test
  void letsAWebSocketThroughWhereOneIsServed() throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send(
          "GET /v1/realtime HTTP/1.1\r\n"
              + HOST
              + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      assertThat(connection.receive().header("sec-websocket-accept"))
          .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

      // A masked text frame comes back as a binary one.
      connection.send("\201\203\0\0\0\0GET");
      assertThat(connection.receiveBytes(5)).isEqualTo("\202\003GET");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"zz\r\n", "-1\r\n", "1\r\nabc", "2\nab\r\n", "1;\001\r\na\r\n", "ffffffffff\r\n"})
  void endsABrokenBodyWithAnErrorInIt(String chunks) throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send(post("Transfer-Encoding: chunked", chunks) + SECOND);

      RawConnection.Response response = connection.receive();
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.body()).isEqualTo("invalid_request");
      assertThat(response.header("connection")).isEqualTo("close");
      assertThat(connection.endsSilently()).isTrue();
      assertThat(server.next().method()).isEqualTo("POST");
    }
    assertThat(server.seen).isEmpty();
  }

  /** The line has neither the query nor a key, and stays one line whatever was sent. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /v1/../actuator?a=secret HTTP/1.1 | GET /v1/../actuator 400 0ms caller=- request=my-id at-the-edge",
        "GET /v1/x/KEY HTTP/1.1                | GET - 400 0ms caller=- request=my-id at-the-edge",
        "KEY /v1/x HTTP/1.1                    | - /v1/x 400 0ms caller=- request=my-id at-the-edge",
        "TRACE /v1/x HTTP/1.1                  | TRACE /v1/x 400 0ms caller=- request=my-id at-the-edge",
      })
  void standsInTheAccessLog(String line, String logged, CapturedOutput output) throws Exception {
    try (RawConnection connection = server.connect()) {
      connection.send(line.replace("KEY", KEY) + "\r\nX-Request-Id: my-id\r\n" + HOST + END);
      assertThat(connection.receive().status()).isEqualTo(400);
    }
    assertThat(output.getAll()).contains(logged).doesNotContain(KEY, "secret");
  }

  @ParameterizedTest
  @ValueSource(ints = {414, 431})
  void standsInTheAccessLogAlsoWhenItIsTooLong(int status, CapturedOutput output) throws Exception {
    String tooLong = "x".repeat(2_000_000);
    try (RawConnection connection = server.connect()) {
      connection.send(
          status == 414 ? "GET /" + tooLong + " HTTP/1.1\r\n" : head("X-Long: " + tooLong));
      assertThat(connection.receive().status()).isEqualTo(status);
    }
    assertThat(output.getAll()).contains("- - " + status).contains("at-the-edge");
  }

  @Test
  void countsRefusals() throws Exception {
    double before = server.counted("tollgate.edge.requests.refused", "status", "417");
    try (RawConnection connection = server.connect()) {
      connection.send(head("Expect: magic"));
      connection.receive();
    }
    assertThat(server.counted("tollgate.edge.requests.refused", "status", "417"))
        .isEqualTo(before + 1);
  }
}
