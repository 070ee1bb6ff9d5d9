package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import dev.tollgate.deploy.e2e.RecordedAnswers.Recording;
import dev.tollgate.deploy.e2e.UsageOracle.Tokens;
import dev.tollgate.deploy.simulator.Answer;
import dev.tollgate.deploy.simulator.Header;
import dev.tollgate.deploy.simulator.RecordedRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every recorded answer of a real provider, cut at odd offsets, comes through byte for byte, and
 * its usage row says what it says.
 */
class FixtureReplayIT {

  private static final int AT_ONCE = 16;
  private static final int MOST_CUTS = 300;

  /** What frames or encodes the recorded bytes, which stand in the fixture without it. */
  private static final Set<String> FRAMING =
      Set.of("content-length", "content-encoding", "transfer-encoding", "connection");

  private static final Pattern OPENAI =
      Pattern.compile(".*?/(chat/completions|completions|responses|embeddings|images/generations)");
  private static final Pattern GEMINI =
      Pattern.compile(
          ".*/models/([^/:]+):(generateContent|streamGenerateContent|countTokens|embedContent"
              + "|batchEmbedContents)");
  private static final Pattern EVENT = Pattern.compile("(?s).*?(\n\n|\r\n\r\n|\\z)");

  /** A recording, and how it is asked for. */
  private record Call(int number, Recording recording, String path, @Nullable String body) {

    String id() {
      return "replay-" + number;
    }

    boolean isRefusal() {
      return recording.status() == 401 || recording.status() == 403;
    }

    boolean isStream() {
      return recording.contentType().startsWith("text/event-stream");
    }
  }

  @Test
  void everyRecordedAnswerComesThroughAsItWas() throws Exception {
    Optional<Path> folder = RecordedAnswers.folder();
    if (folder.isEmpty()) {
      System.out.println("SKIPPED: replay of recorded answers, there is no folder of them");
    }
    assumeTrue(folder.isPresent(), "no folder of recorded answers");
    replay(calls(RecordedAnswers.all(folder.get())));
  }

  private static void replay(List<Call> calls) throws Exception {
    Bed bed = Bed.shared();
    Tenant tenant =
        bed.tenantWithProviders()
            .withProvider("replay", bed.simulator().baseUrl(), Bed.PROVIDER_KEY);
    Tenant.Key key = tenant.key();
    bed.simulator().forgetRequests();
    bed.simulator().respondBy(request -> answer(calls, request));
    try {
      List<Reply> replies = ask(bed, key, calls);
      for (int i = 0; i < calls.size(); i++) {
        assertReply(bed, calls.get(i), replies.get(i));
      }
      assertUsage(calls, tenant.usage(key, calls.size()));
    } finally {
      bed.simulator().respondNormally();
    }
  }

  private static List<Reply> ask(Bed bed, Tenant.Key key, List<Call> calls) throws Exception {
    try (ExecutorService clients =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      List<Future<Reply>> replies =
          calls.stream().map(call -> clients.submit(() -> ask(bed, key, call))).toList();
      List<Reply> all = new ArrayList<>();
      for (Future<Reply> reply : replies) {
        all.add(reply.get());
      }
      return all;
    }
  }

  private static Reply ask(Bed bed, Tenant.Key key, Call call) {
    String[] headers = {
      "Authorization: Bearer " + key.token(), Wire.mark(call.id()), "X-Request-Id: " + call.id()
    };
    if (call.body() == null) {
      return bed.http().exchange(call.recording().method(), call.path(), new byte[0], headers);
    }
    return bed.http().post(call.path(), call.body(), headers);
  }

  private static List<Call> calls(List<Recording> recordings) {
    return IntStream.range(0, recordings.size()).mapToObj(i -> call(i, recordings.get(i))).toList();
  }

  private static Call call(int number, Recording recording) {
    boolean asks = recording.method().equals("POST");
    String query = recording.query().isEmpty() ? "" : "?" + recording.query();
    return new Call(number, recording, pathOf(recording) + query, asks ? bodyOf(recording) : null);
  }

  /** The route of the recording's protocol where it has one, else the way past all protocols. */
  private static String pathOf(Recording recording) {
    Matcher gemini = GEMINI.matcher(recording.path());
    if (gemini.matches()) {
      return "/v1beta/models/" + gemini.group(1) + ":" + gemini.group(2);
    }
    Matcher openAi = OPENAI.matcher(recording.path());
    boolean speaksOpenAi = !Set.of("bedrock", "cohere").contains(recording.provider());
    if (openAi.matches() && speaksOpenAi && recording.method().equals("POST")) {
      return "/v1/" + openAi.group(1);
    }
    return recording.path().startsWith("/v1/messages")
        ? recording.path()
        : "/replay" + recording.path().replace("<", "%3C").replace(">", "%3E");
  }

  private static String bodyOf(Recording recording) {
    ObjectNode body =
        recording.requestBody().isObject()
            ? (ObjectNode) recording.requestBody().deepCopy()
            : RecordedAnswers.JSON.createObjectNode();
    if (pathOf(recording).startsWith("/v1/") && !body.path("model").isString()) {
      body.put("model", "some-model");
    }
    if (recording.contentType().startsWith("text/event-stream")) {
      body.put("stream", true);
    }
    return body.toString();
  }

  private static @Nullable Answer answer(List<Call> calls, RecordedRequest request) {
    String id = request.header(Bed.CLIENT_REQUEST_ID);
    if (id == null) {
      return null;
    }
    Call call = calls.get(Integer.parseInt(id.substring("replay-".length())));
    Recording recording = call.recording();
    List<Header> headers =
        recording.headers().stream()
            .filter(header -> !FRAMING.contains(header.name().toLowerCase(java.util.Locale.ROOT)))
            .collect(Collectors.toCollection(ArrayList::new));
    if (!call.isStream() && call.number() % 2 == 0) {
      headers.add(new Header("content-length", Integer.toString(recording.body().length)));
    }
    return Answer.scripted(
        recording.status(), headers, recording.body(), cuts(recording.body().length));
  }

  /** At odd offsets, a bounded number of them. */
  private static int[] cuts(int length) {
    int step = Math.max(61, length / MOST_CUTS) | 1;
    return IntStream.iterate(step - 2, at -> at < length, at -> at + step).toArray();
  }

  private static void assertReply(Bed bed, Call call, Reply reply) {
    Recording recording = call.recording();
    assertThat(reply.ended()).as(call.toString()).isTrue();
    if (call.isRefusal()) {
      assertThat(reply.status()).as(call.toString()).isEqualTo(502);
      assertThat(reply.text()).contains("provider_auth_failed");
      return;
    }
    assertThat(reply.status()).as(call + reply.text()).isEqualTo(recording.status());
    assertThat(reply.text())
        .as(call.toString())
        .isEqualTo(new String(expectedBody(bed, call), UTF_8));
    assertThat(reply.body()).as(call.toString()).isEqualTo(expectedBody(bed, call));
    assertThat(Objects.requireNonNullElse(reply.header("content-type"), ""))
        .isEqualTo(recording.contentType());
    assertThat(reply.header("x-request-id")).isEqualTo(call.id());
    assertThat(reply.headerNames())
        .doesNotContain(
            "set-cookie",
            "openai-organization",
            "openai-project",
            "anthropic-organization-id",
            "anthropic-workspace-id",
            "cf-ray",
            "via");
  }

  /** What the gateway asked for itself it takes out again. */
  private static byte[] expectedBody(Bed bed, Call call) {
    byte[] body = call.recording().body();
    String sent = new String(bed.upstream(call.id()).body(), UTF_8);
    boolean askedByGateway = call.body() != null && !sent.equals(call.body());
    return askedByGateway && call.isStream() ? withoutExtraChunk(body) : body;
  }

  private static byte[] withoutExtraChunk(byte[] body) {
    return EVENT
        .matcher(new String(body, ISO_8859_1))
        .results()
        .map(result -> result.group())
        .filter(event -> !isExtra(event))
        .collect(Collectors.joining())
        .getBytes(ISO_8859_1);
  }

  private static boolean isExtra(String event) {
    return event
        .lines()
        .filter(line -> line.startsWith("data:") && line.contains("{"))
        .anyMatch(line -> isExtraChunk(line.substring("data:".length())));
  }

  private static boolean isExtraChunk(String json) {
    try {
      JsonNode chunk = RecordedAnswers.JSON.readTree(json);
      JsonNode choices = chunk.path("choices");
      return chunk.path("usage").isObject() && choices.isArray() && choices.isEmpty();
    } catch (JacksonException e) {
      return false;
    }
  }

  private static void assertUsage(List<Call> calls, List<JsonNode> rows) {
    assertThat(rows).hasSameSizeAs(calls);
    Map<String, JsonNode> byRequest = new HashMap<>();
    rows.forEach(row -> byRequest.put(row.path("request_id").asString(), row));
    for (Call call : calls) {
      JsonNode row = Objects.requireNonNull(byRequest.get(call.id()), call.toString());
      assertUsage(call, row);
    }
    assertThat(rows).filteredOn(row -> row.at("/tokens/input").isNumber()).hasSizeGreaterThan(100);
  }

  private static void assertUsage(Call call, JsonNode row) {
    boolean read = call.body() != null && !call.isRefusal();
    Tokens expected = read ? UsageOracle.usage(call.recording()) : null;
    JsonNode tokens = row.path("tokens");
    List<@Nullable Long> shown =
        Arrays.asList(
            number(tokens, "input"),
            number(tokens, "output"),
            number(tokens, "cached"),
            number(tokens, "reasoning"));
    List<@Nullable Long> said =
        expected == null
            ? Arrays.asList(null, null, null, null)
            : List.of(expected.input(), expected.output(), expected.cached(), expected.reasoning());
    assertThat(shown).as("%s: %s", call, row).isEqualTo(said);
    assertThat(row.path("status").asInt())
        .isEqualTo(call.isRefusal() ? 502 : call.recording().status());
    assertThat(row.path("outcome").asString())
        .isEqualTo(call.recording().status() < 400 ? "completed" : "failed");
  }

  private static @Nullable Long number(JsonNode tokens, String name) {
    return tokens.path(name).isNumber() ? (Long) tokens.path(name).asLong() : null;
  }
}
