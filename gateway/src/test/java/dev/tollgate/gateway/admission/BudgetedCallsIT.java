package dev.tollgate.gateway.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Calls under money limits, through the whole gateway. Every token costs one micro-dollar. */
class BudgetedCallsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Uses 10 tokens in and 5 out. */
  private static final String ANSWER =
      "{\"model\":\"gpt-4o\",\"choices\":[{\"message\":{\"content\":\"hi\"}}],"
          + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}";

  private static final String CHUNK =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" and so it goes on\"}}]}\n\n";

  private static final String RESPONSE_CHUNK =
      "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
          + "\"delta\":\" and so it goes on\"}\n\n";

  /** What was counted before anything was written. */
  private static final String CLAUDE_START =
      "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"claude\","
          + "\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}\n\n";

  private static final String CLAUDE_CHUNK =
      "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
          + "{\"type\":\"text_delta\",\"text\":\" and so it goes on\"}}\n\n";

  /** Nearly all of it is reasoning that does not pass. */
  private static final String REASONED =
      CHUNK
          + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":9005,"
          + "\"total_tokens\":9015,\"completion_tokens_details\":{\"reasoning_tokens\":9000}}}\n\n"
          + "data: [DONE]\n\n";

  private static DisposableServer provider;
  private static GatewayHarness gateway;
  private static HttpClient client;
  private static final AtomicInteger subjects = new AtomicInteger();
  private static final AtomicInteger calls = new AtomicInteger();

  /** The last body that came to the provider. */
  private static volatile String sent = "";

  /** Ends the waiting of requests that the provider is told to hold. */
  private static volatile Sinks.Empty<Void> held = Sinks.empty();

  @BeforeAll
  static void start() {
    provider =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) ->
                request
                    .receive()
                    .aggregate()
                    .asString()
                    .defaultIfEmpty("")
                    .flatMap(body -> {
                      calls.incrementAndGet();
                      sent = body;
                      if (request.path().endsWith("messages")) {
                        response.header("content-type", "text/event-stream");
                        return response
                            .sendByteArray(
                                Flux.interval(Duration.ofMillis(2))
                                    .take(2000)
                                    .onBackpressureDrop()
                                    .map(tick ->
                                        (tick == 0 ? CLAUDE_START : CLAUDE_CHUNK).getBytes(UTF_8)))
                            .then();
                      }
                      if (body.contains("\"o3\"")) {
                        response.header("content-type", "text/event-stream");
                        return response.sendString(Mono.just(REASONED)).then();
                      }
                      if (request.path().endsWith("responses")) {
                        response.header("content-type", "text/event-stream");
                        return response
                            .sendByteArray(
                                Flux.interval(Duration.ofMillis(2))
                                    .take(2000)
                                    .onBackpressureDrop()
                                    .map(tick -> RESPONSE_CHUNK.getBytes(UTF_8)))
                            .then();
                      }
                      if (body.contains("\"stream\":true")) {
                        response.header("content-type", "text/event-stream");
                        return response
                            .sendByteArray(
                                Flux.interval(Duration.ofMillis(2))
                                    .take(2000)
                                    .onBackpressureDrop()
                                    .map(tick -> CHUNK.getBytes(UTF_8)))
                            .then();
                      }
                      if (body.contains("wrong key")) {
                        return response.status(401).sendString(Mono.just("{}")).then();
                      }
                      if (body.contains("fail")) {
                        return response.status(500).sendString(Mono.just("{}")).then();
                      }
                      if (body.contains("draw")) {
                        response.header("content-type", "application/json");
                        return response.sendString(Mono.just("{\"data\":[]}")).then();
                      }
                      if (request.path().endsWith("images/generations")) {
                        // as many as were asked for: nobody counts those of an answer without any
                        return response
                            .header("content-type", "application/json")
                            .sendString(Mono.just("{\"created\":1}"))
                            .then();
                      }
                      Mono<Void> told = body.contains("hold") ? held.asMono() : Mono.empty();
                      String answer =
                          body.contains("unpriced") ? ANSWER.replace("gpt-4o", "unpriced") : ANSWER;
                      response
                          .header("content-type", "application/json")
                          .header("content-length", String.valueOf(answer.length()));
                      return response.sendString(told.thenReturn(answer)).then();
                    }))
            .bindNow();
    gateway = GatewayHarness.start();
    client = HttpClient.newHttpClient();
    String url = "http://127.0.0.1:" + provider.port() + "/v1";
    gateway.putProject(
        "prj_1",
        TestService.openAi("openai", url)
            .models("gpt-4o", "GPT-4O", "o3", "tts-1", "unpriced", "renamed", "alias", "painter"),
        TestService.anthropic("anthropic", "http://127.0.0.1:" + provider.port()),
        TestService.openAi("away", "http://127.0.0.1:1/v1").models("gpt-away"));
    gateway.prices().put("prc_1", null, "openai", "gpt-4o", "{'input':1,'output':1}");
    gateway.prices().put("prc_5", null, "openai", "GPT-4O", "{'input':1,'output':1}");
    gateway.prices().put("prc_6", null, "openai", "tts-1", "{'characters':1}");
    gateway.prices().put("prc_4", null, "openai", "o3", "{'input':1,'output':1}");
    gateway.prices().put("prc_3", null, "anthropic", "claude", "{'input':1,'output':1}");
    gateway.prices().put("prc_7", null, "openai", "painter", "{'image':0.0001}");
    gateway.prices().put("prc_2", null, "away", "gpt-away", "{'input':1,'output':1}");
    gateway.prices().put("prc_7", null, "openai", "painter", "{'image':0.0001}");
  }

  @AfterAll
  static void stop() throws IOException {
    client.close();
    gateway.close();
    provider.disposeNow();
  }

  private Instant begun = Instant.EPOCH;

  @BeforeEach
  void forget() {
    begun = Instant.now();
    gateway.usage().clear();
    calls.set(0);
  }

  private static String newKey(String policy) {
    Subject subject = Subject.key("key_budgeted_" + subjects.incrementAndGet());
    CompiledPolicy document = TestPolicies.document(subject, policy);
    return gateway.newKey("prj_1", null, document);
  }

  private static HttpRequest chat(String key, String model, String more) {
    String body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]%s}"
            .formatted(model, more);
    return HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
        .header("authorization", "Bearer " + key)
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse<String> ask(String key, String more) {
    return ask(key, "gpt-4o", more);
  }

  private static HttpResponse<String> ask(String key, String model, String more) {
    return send(chat(key, model, more), BodyHandlers.ofString());
  }

  private static <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
    try {
      return client.send(request, body);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The next one of this test: a row comes after its answer, and so may those of the one before.
   */
  private UsageEvent row() {
    try {
      UsageEvent row = gateway.usage().next(PATIENCE);
      while (row.startedAt().isBefore(begun)) {
        row = gateway.usage().next(PATIENCE);
      }
      return row;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static long cost(UsageEvent row) {
    return Objects.requireNonNull(row.charge()).microUsd();
  }

  @Test
  void refusesWhatABudgetHasNotLeft() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.000100}}}");
    assertThat(ask(key, ",\"max_tokens\":20").statusCode()).isEqualTo(200);
    assertThat(cost(row())).isEqualTo(15);

    HttpResponse<String> refused = ask(key, ",\"max_tokens\":200");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"insufficient_quota\"");
    assertThat(refused.headers().firstValue("x-should-retry")).contains("false");
    assertThat(calls).hasValue(1);

    // What is left is left.
    assertThat(ask(key, ",\"max_tokens\":20").statusCode()).isEqualTo(200);
  }

  /** What the limits before the budget had taken for it is there again when it is told. */
  @Test
  void tellsWhatIsLeftOfOtherLimitsWhenABudgetRefuses() {
    String key =
        newKey(
            "{'rate_limits':{'costs':{'per_day_max':0.000100},'requests':{'per_minute':40},"
                + "'tokens':{'output_per_minute':900}}}");
    HttpResponse<String> refused = ask(key, ",\"max_tokens\":200");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"insufficient_quota\"");
    assertThat(header(refused, "x-ratelimit-remaining-requests")).isEqualTo("40");
    assertThat(header(refused, "x-ratelimit-reset-requests")).isEqualTo("0s");
    assertThat(header(refused, "x-ratelimit-remaining-tokens")).isEqualTo("900");
    assertThat(header(refused, "ratelimit")).contains("\"requests-per-minute\";r=40;t=0");

    HttpResponse<String> answered = ask(key, ",\"max_tokens\":20");
    assertThat(answered.statusCode()).isEqualTo(200);
    assertThat(header(answered, "x-ratelimit-remaining-requests")).isEqualTo("39");
  }

  @Test
  void tellsWhatIsLeftOfOtherLimitsWhenTooManyAreOnTheirWay() {
    String key =
        newKey(
            "{'rate_limits':{'concurrency':{'max_parallel_requests':2},"
                + "'requests':{'per_day':40}}}");
    held = Sinks.empty();
    List<CompletableFuture<HttpResponse<String>>> going = List.of(hold(key), hold(key));
    try {
      await().atMost(PATIENCE).until(() -> calls.get() == 2);
      for (int i = 0; i < 2; i++) {
        HttpResponse<String> refused = ask(key, "");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("\"concurrency_limit_exceeded\"");
        assertThat(header(refused, "x-ratelimit-limit-requests")).isEqualTo("40");
        assertThat(header(refused, "x-ratelimit-remaining-requests")).isEqualTo("38");
      }
      assertThat(calls).hasValue(2);
    } finally {
      assertThat(held.tryEmitEmpty()).isEqualTo(Sinks.EmitResult.OK);
    }
    assertThat(going).allMatch(answer -> answer.join().statusCode() == 200);
    HttpResponse<String> next =
        await().atMost(PATIENCE).until(() -> ask(key, ""), answer -> answer.statusCode() == 200);
    assertThat(header(next, "x-ratelimit-remaining-requests")).isEqualTo("37");
  }

  private static CompletableFuture<HttpResponse<String>> hold(String key) {
    return client.sendAsync(chat(key, "gpt-4o", ",\"user\":\"hold\""), BodyHandlers.ofString());
  }

  @Test
  void tellsWhatIsLeftOfOtherLimitsWhereNoneMayBeOnTheirWay() {
    String key =
        newKey(
            "{'rate_limits':{'concurrency':{'max_parallel_requests':0},"
                + "'requests':{'per_minute':40}}}");
    for (int i = 0; i < 2; i++) {
      HttpResponse<String> refused = ask(key, "");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).contains("\"concurrency_limit_exceeded\"");
      assertThat(header(refused, "x-ratelimit-limit-requests")).isEqualTo("40");
      assertThat(header(refused, "x-ratelimit-remaining-requests")).isEqualTo("40");
    }
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("none");
  }

  /** The next request may come as soon as the last byte of this one's answer has. */
  @Test
  void givesBackWhatARequestDidNotUseBeforeItsLastByteLeaves() {
    String key = newKey("{'rate_limits':{'costs':{'per_hour_max':0.000300}}}");
    for (int i = 0; i < 10; i++) {
      assertThat(ask(key, ",\"max_tokens\":100").statusCode()).as("request %s", i).isEqualTo(200);
    }
    assertThat(ask(key, ",\"max_tokens\":290").statusCode()).isEqualTo(429);
  }

  /** None of them leaves room for two; no provider gets the first. */
  @ParameterizedTest
  @CsvSource({"gpt-away,anybody,502", "gpt-4o,fail,500", "gpt-4o,wrong key,502"})
  void takesNothingForWhatFails(String model, String user, int status) {
    String key = newKey("{'rate_limits':{'costs':{'per_month_max':0.000100}}}");
    for (int i = 0; i < 5; i++) {
      assertThat(ask(key, model, ",\"user\":\"%s\",\"max_tokens\":50".formatted(user)).statusCode())
          .isEqualTo(status);
      UsageEvent row = row();
      assertThat(row.outcome()).isEqualTo(Outcome.FAILED);
      assertThat(cost(row)).as("nothing, and not unpriced").isZero();
    }
    assertThat(ask(key, ",\"max_tokens\":50").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesARequestThatIsTooExpensive() {
    String key = newKey("{'rate_limits':{'costs':{'per_request_max':0.0005}}}");
    HttpResponse<String> refused = ask(key, ",\"max_tokens\":1000");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("\"request_too_expensive\"");
    assertThat(ask(key, ",\"max_tokens\":400").statusCode()).isEqualTo(200);
    assertThat(calls).hasValue(1);
  }

  /** Many servers take it for "as long as it gets". */
  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "0.5", "-1e30"})
  void reservesTheWholeAnswerWhereTheMaximumIsNone(String none) {
    String key = newKey("{'rate_limits':{'costs':{'per_request_max':0.0005}}}");
    HttpResponse<String> refused = ask(key, ",\"max_tokens\":" + none);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("\"request_too_expensive\"");
    HttpResponse<String> ended = ask(key, ",\"stream\":true,\"max_tokens\":" + none);
    assertThat(ended.body()).contains("\"request_too_expensive\"");
    assertThat(cost(row())).isLessThan(600);
    assertThat(calls).hasValue(1);
  }

  /** Each picture may cost as much as the first. */
  @Test
  void reservesAllPicturesThatAFormAsksFor() {
    String key = newKey("{'rate_limits':{'costs':{'per_request_max':0.05}}}");
    assertThat(edit(key, "1").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = edit(key, "10");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("\"request_too_expensive\"");
    assertThat(calls).hasValue(1);
  }

  private static HttpResponse<String> edit(String key, String n) {
    String form =
        "--x\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n%s\r\n".formatted(n)
            + "--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"i.png\"\r\n\r\n"
            + "png\r\n--x--\r\n";
    return send(
        HttpRequest.newBuilder(gateway.uri("/v1/images/edits"))
            .header("authorization", "Bearer " + key)
            .header("content-type", "multipart/form-data; boundary=x")
            .POST(BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofString());
  }

  /** What of it is known is used; the whole answer is taken first. */
  @ParameterizedTest
  @CsvSource({"/v1/images/generations,gpt-4o,prompt", "/v1/audio/speech,tts-1,input"})
  void countsTheTokensOfWhatItsProviderDoesNotCount(String path, String model, String member) {
    String key = newKey("{'rate_limits':{'tokens':{'total_per_day':16600}}}");
    String body =
        "{\"model\":\"%s\",\"%s\":\"%s\"}".formatted(model, member, "draw it ".repeat(60));
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri(path))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    assertThat(send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    UsageEvent row = row();
    assertThat(row.estimated()).isTrue();
    assertThat(Objects.requireNonNull(row.usage()).input()).isBetween(110L, 216L);
    assertThat(row.charge() == null ? 0 : cost(row)).isEqualTo(model.equals("tts-1") ? 480 : 0);

    HttpResponse<String> refused = send(request, BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"rate_limit_exceeded\"");
  }

  @Test
  void refusesARequestWithTooManyTokens() {
    String key =
        newKey("{'permissions':{'models':{'limits':{'gpt-4o':{'max_tokens_per_request':100}}}}}");
    HttpResponse<String> refused = ask(key, ",\"max_tokens\":100");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("\"max_tokens_exceeded\"", "\"param\":\"max_tokens\"");
    assertThat(ask(key, ",\"max_tokens\":80").statusCode()).isEqualTo(200);
    assertThat(ask(key, "unpriced", ",\"max_tokens\":100").statusCode()).isEqualTo(200);
  }

  @Test
  void hasTheProviderEndWhatIsNotStreamed() {
    String key =
        newKey("{'permissions':{'models':{'limits':{'gpt-4o':{'max_tokens_per_request':100}}}}}");
    assertThat(ask(key, "").statusCode()).isEqualTo(200);
    assertThat(sent).contains("\"Hi\"}],\"max_completion_tokens\":");
    String most = sent.substring(sent.lastIndexOf(':') + 1, sent.length() - 1);
    assertThat(Long.parseLong(most)).isBetween(80L, 99L);
    assertThat(ask(key, ",\"n\":2").statusCode()).isEqualTo(200);
    assertThat(sent).endsWith(",\"max_completion_tokens\":" + Long.parseLong(most) / 2 + "}");

    assertThat(ask(key, ",\"max_tokens\":80").statusCode()).isEqualTo(200);
    assertThat(sent).endsWith(",\"max_tokens\":80}");
    assertThat(ask(key, "unpriced", "").statusCode()).isEqualTo(200);
    assertThat(sent).doesNotContain("max_");

    String none =
        newKey("{'permissions':{'models':{'limits':{'gpt-4o':{'max_tokens_per_request':1}}}}}");
    HttpResponse<String> refused = ask(none, "");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("\"max_tokens_exceeded\"");
  }

  @Test
  void limitsAModelHoweverItIsSpelled() {
    String dear =
        newKey("{'permissions':{'models':{'limits':{'gpt-4o':{'max_cost_per_day':0.000045}}}}}");
    assertThat(ask(dear, "gpt-4o", ",\"max_tokens\":20").statusCode()).isEqualTo(200);
    assertThat(ask(dear, "GPT-4O", ",\"max_tokens\":20").statusCode()).isEqualTo(200);
    assertThat(gateway.usage().admitted())
        .filteredOn(row -> !row.alsoCountsIn().isEmpty())
        .singleElement()
        .satisfies(row -> {
          assertThat(row.model()).isEqualTo("GPT-4O");
          assertThat(row.alsoCountsIn()).singleElement().asString().matches("key:\\S+ gpt-4o");
        });
    for (String model : new String[] {"gpt-4o", "GPT-4O"}) {
      HttpResponse<String> refused = ask(dear, model, ",\"max_tokens\":20");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.body()).contains("\"insufficient_quota\"");
    }

    String often =
        newKey("{'permissions':{'models':{'limits':{'GPT-4o':{'max_requests_per_day':1}}}}}");
    assertThat(ask(often, "gpt-4o", "").statusCode()).isEqualTo(200);
    assertThat(ask(often, "GPT-4O", "").statusCode()).isEqualTo(429);
    assertThat(gateway.usage().admitted().getLast().alsoCountsIn())
        .singleElement()
        .asString()
        .matches("key:\\S+ GPT-4o");

    String longer =
        newKey("{'permissions':{'models':{'limits':{'gpt-4o':{'max_tokens_per_request':100}}}}}");
    assertThat(ask(longer, "GPT-4O", ",\"max_tokens\":200").body())
        .contains("\"max_tokens_exceeded\"");
  }

  @Test
  void endsAStreamWithoutAMaximumWhenItHasTooManyTokens() {
    String key =
        newKey("{'permissions':{'models':{'limits':{'gpt-4o':{'max_tokens_per_request':200}}}}}");
    HttpResponse<String> ended = ask(key, ",\"stream\":true");
    assertThat(ended.statusCode()).isEqualTo(200);
    assertThat(ended.body()).contains(CHUNK.strip()).contains("\"max_tokens_exceeded\"");
    assertThat(Objects.requireNonNull(row().usage()).output()).isBetween(100L, 220L);
  }

  @Test
  void endsAStreamWithoutAMaximumWhenTheBudgetIsGone() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.001500}}}");
    HttpResponse<String> ended = ask(key, ",\"stream\":true");
    assertThat(ended.statusCode()).isEqualTo(200);
    assertThat(ended.body()).contains(CHUNK.strip()).endsWith("\n\n");
    String last = ended.body().strip();
    assertThat(last.substring(last.lastIndexOf("data: "))).contains("\"insufficient_quota\"");
    UsageEvent row = row();
    assertThat(row.errorCode()).isEqualTo("insufficient_quota");
    assertThat(row.estimated()).isTrue();
    // Steps of 256, 256, 512 fit, one of 1,024 does not, but parts of it do.
    assertThat(cost(row)).isBetween(1300L, 1500L);
  }

  /** OpenAI's SDKs go by the names of its events. */
  @Test
  void endsAResponseByItsOwnErrorEvent() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.000500}}}");
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri("/v1/responses"))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(
                BodyPublishers.ofString("{\"model\":\"gpt-4o\",\"input\":\"Hi\",\"stream\":true}"))
            .build();
    HttpResponse<String> ended = send(request, BodyHandlers.ofString());
    int chunks = ended.body().split("and so it goes on", -1).length - 1;
    assertThat(chunks).isPositive();
    assertThat(ended.body())
        .contains("\n\nevent: error\ndata: {\"type\":\"error\",\"code\":\"insufficient_quota\",")
        .endsWith("\"param\":null,\"sequence_number\":" + chunks + "}\n\n");
  }

  /** It may write 16,384 tokens, as far as is known, and most of them where nobody sees it. */
  @Test
  void reservesTheWholeAnswerOfAModelThatReasonsUnseen() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.020000}}}");
    HttpResponse<String> answered = ask(key, "o3", ",\"stream\":true");
    assertThat(answered.body()).isEqualTo(REASONED);
    UsageEvent row = row();
    assertThat(Objects.requireNonNull(row.usage()).reasoning()).isEqualTo(9000);
    assertThat(cost(row)).isEqualTo(9015);

    HttpResponse<String> refused = ask(key, "o3", ",\"stream\":true");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"insufficient_quota\"");
    assertThat(ask(key, "o3", ",\"stream\":true,\"max_completion_tokens\":10000").statusCode())
        .isEqualTo(200);
    assertThat(calls).hasValue(2);
  }

  @Test
  void reservesTheWholeAnswerWhereTheRequestAsksForReasoning() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.002000}}}");
    assertThat(ask(key, ",\"stream\":true,\"reasoning_effort\":\"high\"").statusCode())
        .isEqualTo(429);
    assertThat(calls).hasValue(0);
  }

  @Test
  void reservesNoMoreOfAReasoningModelThanARequestMayHave() {
    String key =
        newKey(
            "{'permissions':{'models':{'limits':{'o3':{'max_tokens_per_request':10000}}}},"
                + "'rate_limits':{'costs':{'per_day_max':0.011000}}}");
    assertThat(ask(key, "o3", ",\"stream\":true").body()).isEqualTo(REASONED);
    assertThat(sent).containsPattern(",\"stream\":true,\"max_completion_tokens\":99[89]\\d}$");
    assertThat(cost(row())).isEqualTo(9015);
  }

  @Test
  void refusesAReasoningModelThatMayBecomeTooExpensive() {
    String key = newKey("{'rate_limits':{'costs':{'per_request_max':0.010000}}}");
    HttpResponse<String> refused = ask(key, "o3", ",\"stream\":true");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("\"request_too_expensive\"");
    assertThat(ask(key, ",\"stream\":true,\"max_tokens\":10").statusCode()).isEqualTo(200);
  }

  /** The client goes away when so much has come. */
  private UsageEvent cut(HttpRequest stream, int bytes) throws IOException {
    try (InputStream body = send(stream, BodyHandlers.ofInputStream()).body()) {
      assertThat(body.readNBytes(bytes)).hasSize(bytes);
    }
    return row();
  }

  @Test
  void chargesACancelledStreamForWhatHasPassed() throws IOException {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.010000}}}");
    UsageEvent row =
        cut(chat(key, "gpt-4o", ",\"stream\":true,\"max_tokens\":5000"), 20 * CHUNK.length());
    assertThat(row.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(row.estimated()).isTrue();
    assertThat(Objects.requireNonNull(row.usage()).output()).isBetween(80L, 4000L);
    assertThat(cost(row)).isEqualTo(row.usage().input() + row.usage().output());
    assertThat(ask(key, ",\"max_tokens\":5000").statusCode()).isEqualTo(200);
  }

  @Test
  void countsACancelledStreamThatNothingLimits() throws IOException {
    String key = gateway.newKey("prj_1");
    UsageEvent row = cut(chat(key, "gpt-4o", ",\"stream\":true"), 20 * CHUNK.length());
    assertThat(row.estimated()).isTrue();
    assertThat(Objects.requireNonNull(row.usage()).input()).isBetween(5L, 20L);
    assertThat(cost(row)).isEqualTo(row.usage().input() + row.usage().output());
  }

  @Test
  void servesAModelWithoutAPriceWhereTheProjectAllowsIt() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.000010}}}");
    assertThat(ask(key, "unpriced", "").statusCode()).isEqualTo(200);
    UsageEvent row = row();
    assertThat(row.charge()).isNull();
  }

  @Test
  void answersSoonWhenTheLedgerIsAway() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':1}}}");
    gateway.budgets().goAway();
    try {
      HttpResponse<String> refused = ask(key, ",\"max_tokens\":50");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("\"service_unavailable\"");
      assertThat(refused.headers().firstValue("retry-after")).isPresent();
    } finally {
      gateway.budgets().comeBack();
    }
    assertThat(ask(key, ",\"max_tokens\":50").statusCode()).isEqualTo(200);
  }

  /** Nothing of an image is charged by tokens. */
  @Test
  void refusesMoreImagesThanAreLeft() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.000250}}}");
    assertThat(paint(key, 3).statusCode()).isEqualTo(429);
    assertThat(calls).hasValue(0);
    assertThat(paint(key, 2).statusCode()).isEqualTo(200);
    assertThat(row().charge()).isEqualTo(new Charge(200, "prc_7"));
    assertThat(paint(key, 1).statusCode()).isEqualTo(429);
    String single = newKey("{'rate_limits':{'costs':{'per_request_max':0.000250}}}");
    HttpResponse<String> refused = paint(single, 3);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("\"request_too_expensive\"");
  }

  private static HttpResponse<String> paint(String key, int images) {
    String body = "{\"model\":\"painter\",\"prompt\":\"p\",\"n\":%d}".formatted(images);
    return send(
        HttpRequest.newBuilder(gateway.uri("/v1/images/generations"))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** A deployment or an alias: only the answer tells what model it is. */
  @Test
  void chargesAModelWithoutAPriceAsTheOneThatItsAnswerNames() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.000020}}}");
    assertThat(ask(key, "renamed", "").statusCode()).isEqualTo(200);
    assertThat(row().charge()).isEqualTo(new Charge(15, "prc_1"));
  }

  /** Nothing was reserved for it the first time; then it is known what it is. */
  @Test
  void reservesForAModelWithoutAPriceOnceItHasAnswered() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.000010}}}");
    assertThat(ask(key, "alias", ",\"max_tokens\":5").statusCode()).isEqualTo(200);
    assertThat(cost(row())).as("all of it, be it above the limit").isEqualTo(15);
    assertThat(ask(key, "alias", ",\"max_tokens\":5").statusCode()).isEqualTo(429);
    String other = newKey("{'rate_limits':{'costs':{'per_request_max':0.000010}}}");
    assertThat(ask(other, "alias", ",\"max_tokens\":50").statusCode()).isEqualTo(400);
  }

  @Test
  void chargesACutStreamForWhatHasPassedAlsoWhereItsBeginningToldOfUsage() throws IOException {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.010000}}}");
    HttpRequest request =
        HttpRequest.newBuilder(gateway.uri("/v1/messages"))
            .header("x-api-key", key)
            .header("content-type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    "{\"model\":\"claude\",\"max_tokens\":5000,\"stream\":true,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"))
            .build();
    UsageEvent row = cut(request, 60 * CLAUDE_CHUNK.length());
    assertThat(row.estimated()).isTrue();
    assertThat(Objects.requireNonNull(row.usage()).input()).isEqualTo(7);
    assertThat(row.usage().output()).isGreaterThan(200);
    assertThat(cost(row)).isEqualTo(row.usage().input() + row.usage().output());
  }

  /** A killed gateway must not have let pass more than it wrote down. */
  @Test
  void writesDownEveryStepOfAStream() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.001500}}}");
    ask(key, ",\"stream\":true");
    UsageEvent ended = row();
    assertThat(gateway.usage().settled())
        .filteredOn(row -> row.id().equals(ended.id()) && row.outcome() == Outcome.INTERRUPTED)
        .allSatisfy(row ->
            assertThat(cost(row))
                .isEqualTo(Objects.requireNonNull(row.usage()).input() + row.usage().output()))
        .extracting(BudgetedCallsIT::cost)
        .hasSize(4)
        .isSorted()
        .allMatch(cost -> cost > 500);
  }

  /** What its row says if the gateway is killed. */
  private UsageEvent interrupted(String key, String more) {
    assertThat(ask(key, more).statusCode()).isEqualTo(200);
    UsageEvent ended = row();
    UsageEvent interrupted =
        gateway.usage().admitted().stream()
            .filter(row -> row.id().equals(ended.id()))
            .findFirst()
            .orElseThrow();
    assertThat(interrupted.outcome()).isEqualTo(Outcome.INTERRUPTED);
    assertThat(interrupted.estimated()).isTrue();
    if (ended.charge() != null) {
      assertThat(cost(interrupted)).isGreaterThanOrEqualTo(cost(ended));
    }
    return interrupted;
  }

  /** The provider bills it, whatever becomes of the gateway. */
  @Test
  void writesDownWhatARequestThatNothingLimitsMayCost() {
    String unlimited = gateway.newKey("prj_1");
    UsageEvent row = interrupted(unlimited, ",\"max_tokens\":20,\"n\":3");
    assertThat(Objects.requireNonNull(row.usage()).output()).isEqualTo(60);
    assertThat(row.usage().input()).isBetween(10L, 200L);
    assertThat(cost(row)).isEqualTo(row.usage().input() + 60);

    UsageEvent stream = interrupted(unlimited, ",\"stream\":true");
    assertThat(Objects.requireNonNull(stream.usage()).output()).isEqualTo(16_384);
  }

  @Test
  void writesDownWhatARequestMayCostWhereOnlyItsRateIsLimited() {
    UsageEvent row =
        interrupted(newKey("{'rate_limits':{'requests':{'per_minute':9}}}"), ",\"max_tokens\":20");
    assertThat(Objects.requireNonNull(row.usage()).output()).isEqualTo(20);

    UsageEvent counted =
        interrupted(
            newKey("{'rate_limits':{'tokens':{'output_per_minute':900}}}"), ",\"max_tokens\":20");
    assertThat(Objects.requireNonNull(counted.usage()).input()).isLessThan(20);
    assertThat(cost(counted)).isEqualTo(counted.usage().input() + 20);
  }

  @Test
  void writesNoCostDownOfAModelWithoutAPrice() {
    assertThat(ask(gateway.newKey("prj_1"), "unpriced", "").statusCode()).isEqualTo(200);
    String free = newKey("{'rate_limits':{'costs':{'per_day_max':0.000010}}}");
    assertThat(ask(free, "unpriced", "").statusCode()).isEqualTo(200);
    assertThat(gateway.usage().admitted()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(gateway.usage().admitted())
        .filteredOn(row -> "unpriced".equals(row.model()))
        .extracting(UsageEvent::charge)
        .containsOnlyNulls();
  }

  @Test
  void refusesModelsThatNobodyKnowsThePriceOf() {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':1}}}");
    HttpResponse<String> refused = ask(key, ",\"models\":[\"gpt-4o\",\"o3\"]");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("\"param\":\"models\"");
  }
}
