package dev.tollgate.deploy.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SimulatorIT {

  private static final String KEY = "sk-accepted";

  private final HttpClient client = HttpClient.newHttpClient();
  private Simulator simulator;

  @BeforeEach
  void start() {
    simulator = Simulator.start(SimulatorOptions.accepting(KEY));
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    simulator.close();
  }

  @Test
  void streamsAChatCompletionAndEndsItWithUsageWhenAsked() throws Exception {
    String body = chat("gpt-4o", true, ",\"stream_options\":{\"include_usage\":true}").body();
    assertThat(body).startsWith("data: {\"id\":\"chatcmpl-").endsWith("data: [DONE]\n\n");
    assertThat(body).contains("naïve").contains("\"usage\":{\"prompt_tokens\":");
  }

  @Test
  void givesNoUsageInAStreamThatDoesNotAskForIt() throws Exception {
    assertThat(chat("gpt-4o", true, "").body()).doesNotContain("usage");
  }

  @Test
  void countsWhatItReadAndGeneratedInItsLedger() throws Exception {
    JsonNode usage = Json.read(chat("gpt-4o", false, "").body().getBytes(UTF_8)).path("usage");
    assertThat(simulator.ledger().inputTokens()).isEqualTo(usage.path("prompt_tokens").asLong());
    assertThat(simulator.ledger().outputTokens())
        .isEqualTo(usage.path("completion_tokens").asLong())
        .isEqualTo(SampleText.NATURAL_LENGTH);
  }

  @Test
  void countsTheBytesThatItHasSent() throws Exception {
    assertThat(simulator.sentBytes()).isZero();
    int body = chat("gpt-4o", true, "").body().getBytes(UTF_8).length;
    await().until(() -> simulator.sentBytes() > body);
    assertThat(simulator.sentBytes()).isLessThan(2L * body);
  }

  @Test
  void refusesAnotherKeyInEachProvidersOwnShape() throws Exception {
    assertThat(post("/v1/chat/completions", "{}", "authorization", "Bearer wrong").body())
        .contains("\"code\":\"invalid_api_key\"");
    assertThat(post("/v1/messages", "{}", "x-api-key", "wrong").body())
        .startsWith("{\"type\":\"error\"");
    HttpResponse<String> gemini =
        post("/v1beta/models/gemini-2.5-flash:generateContent?key=wrong", "{}", "a", "b");
    assertThat(gemini.statusCode()).isEqualTo(401);
    assertThat(gemini.body()).contains("\"status\":\"UNAUTHENTICATED\"");
  }

  @Test
  void streamsAnthropicsEventsInTheirOrder() throws Exception {
    String body = post("/v1/messages", MESSAGE_STREAM, "x-api-key", KEY).body();
    assertThat(body.lines().filter(line -> line.startsWith("event: ")).distinct())
        .containsExactly(
            "event: message_start",
            "event: content_block_start",
            "event: ping",
            "event: content_block_delta",
            "event: content_block_stop",
            "event: message_delta",
            "event: message_stop");
  }

  private static final String MESSAGE_STREAM =
      "{\"model\":\"claude-sonnet-4\",\"stream\":true,\"max_tokens\":100,\"messages\":[]}";

  @Test
  void streamsGeminiAsEventsOrAsOneJsonArray() throws Exception {
    String path = "/v1beta/models/gemini-2.5-flash:streamGenerateContent";
    String events = post(path + "?alt=sse", "{\"contents\":[]}", "x-goog-api-key", KEY).body();
    String array = post(path, "{\"contents\":[]}", "x-goog-api-key", KEY).body();
    assertThat(events).startsWith("data: {").endsWith("}\r\n\r\n");
    assertThat(Json.read(array.getBytes(UTF_8)).size()).isEqualTo(SampleText.NATURAL_LENGTH);
  }

  @Test
  void sendsAScriptedAnswerByteForByte() throws Exception {
    byte[] body = "data: {\"odd\": \"é\"}\n\n".getBytes(UTF_8);
    simulator.respondWith(
        Answer.scripted(
            206, List.of(new Header("content-type", "text/event-stream")), body, 1, 15, 17));
    HttpResponse<String> answer = chat("gpt-4o", true, "");
    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(answer.body().getBytes(UTF_8)).isEqualTo(body);
  }

  @Test
  void keepsARequestsHeadersAndBody() throws Exception {
    post("/anything/else?x=1", "{\"a\":1}", "X-Special", "Ünusual");
    RecordedRequest request = simulator.requests().getLast();
    assertThat(request.path()).isEqualTo("/anything/else");
    assertThat(request.query()).isEqualTo("x=1");
    assertThat(new String(request.body(), UTF_8)).isEqualTo("{\"a\":1}");
    assertThat(request.headerNames()).contains("X-Special");
  }

  @Test
  void compressesForAClientThatDidNotAskForIt() throws Exception {
    HttpRequest request = request("/v1/chat/completions", chatBody("sim-gzip", true, ""));
    HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    InputStream plain = new GZIPInputStream(new ByteArrayInputStream(answer.body()));
    assertThat(new String(plain.readAllBytes(), UTF_8)).endsWith("data: [DONE]\n\n");
  }

  @Test
  void failsWithTheStatusThatTheModelNames() throws Exception {
    HttpResponse<String> limited = chat("sim-429", true, "");
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.headers().firstValue("retry-after")).hasValue("7");
    assertThat(chat("sim-529", false, "").statusCode()).isEqualTo(529);
    assertThat(chat("sim-html-502", false, "").body()).startsWith("<html>");
    assertThat(chat("sim-redirect", false, "").statusCode()).isEqualTo(307);
  }

  @Test
  void closesInTheMiddleOfAnEvent() {
    assertThatThrownBy(() -> chat("sim-cut-mid-event", true, "")).isInstanceOf(IOException.class);
  }

  @Test
  void answersWithSomethingThatIsNotHttp() throws Exception {
    try (Socket socket = send("sim-garbage")) {
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).startsWith("220 mail");
    }
  }

  @Test
  void resetsTheConnection() throws Exception {
    try (Socket socket = send("sim-reset")) {
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void seesAClientLeaveBeforeTheHeadAndInTheMiddle() throws Exception {
    for (String model : List.of("sim-stall-before-head", "sim-stall-mid")) {
      int before = simulator.cancelled();
      try (Socket socket = send(model)) {
        await().until(() -> simulator.inFlight() == 1);
        assertThat(socket.isConnected()).isTrue();
      }
      await().until(() -> simulator.cancelled() == before + 1);
      await().until(() -> simulator.inFlight() == 0);
    }
  }

  @Test
  void stopsGeneratingWhenTheClientLeavesUnlessItIgnoresThat() throws Exception {
    leaveAfterTheHead("sim-long-200+slow-5");
    await().until(() -> simulator.inFlight() == 0);
    assertThat(simulator.ledger().outputTokens()).isLessThan(200);

    long before = simulator.ledger().outputTokens();
    leaveAfterTheHead("sim-long-200+slow-1+ignore-cancel");
    await().until(() -> simulator.ledger().outputTokens() == before + 200);
  }

  @Test
  void keepsAnUploadedFile() throws Exception {
    String form =
        """
        --b
        Content-Disposition: form-data; name="purpose"

        batch
        --b
        Content-Disposition: form-data; name="file"; filename="a.jsonl"

        {"é":1}

        --b--
        """
            .replace("\n", "\r\n");
    HttpRequest upload =
        HttpRequest.newBuilder(simulator.baseUrl().resolve("/v1/files"))
            .header("authorization", "Bearer " + KEY)
            .header("content-type", "multipart/form-data; boundary=b")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    JsonNode file = Json.read(client.send(upload, HttpResponse.BodyHandlers.ofByteArray()).body());
    assertThat(file.path("filename").asString()).isEqualTo("a.jsonl");
    assertThat(file.path("purpose").asString()).isEqualTo("batch");
    HttpRequest content =
        HttpRequest.newBuilder(
                simulator.baseUrl().resolve("/v1/files/" + file.path("id").asString() + "/content"))
            .header("authorization", "Bearer " + KEY)
            .build();
    assertThat(client.send(content, HttpResponse.BodyHandlers.ofString()).body())
        .isEqualTo("{\"é\":1}\r\n");
  }

  private void leaveAfterTheHead(String model) throws IOException {
    try (Socket socket = send(model)) {
      assertThat(socket.getInputStream().read()).isEqualTo('H');
    }
  }

  private Socket send(String model) throws IOException {
    String body = chatBody(model, true, "");
    String head =
        """
        POST /v1/chat/completions HTTP/1.1
        Host: x
        Authorization: Bearer %s
        Content-Type: application/json
        Content-Length: %d

        """
            .formatted(KEY, body.length())
            .replace("\n", "\r\n");
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port());
    socket.getOutputStream().write((head + body).getBytes(UTF_8));
    return socket;
  }

  private HttpResponse<String> chat(String model, boolean stream, String more) throws Exception {
    return client.send(
        request("/v1/chat/completions", chatBody(model, stream, more)),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String chatBody(String model, boolean stream, String more) {
    return "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]%s}"
        .formatted(model, stream, more);
  }

  private HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(simulator.baseUrl().resolve(path))
        .header("authorization", "Bearer " + KEY)
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private HttpResponse<String> post(String path, String body, String header, String value)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(simulator.baseUrl().resolve(path))
            .header(header, value)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
