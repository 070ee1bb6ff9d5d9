package dev.tollgate.gateway.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.snapshot.UnknownPrice;
import dev.tollgate.gateway.support.CalledGateway;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.UsageEvent;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Streams that limits end, streams that break off, and batches, through the whole gateway. Every
 * token costs one micro-dollar.
 */
class LimitedCallsIT {

  private static final String WORDS = " and so it goes on";
  private static final String COSTS = "{'rate_limits':{'costs':{'per_day_max':%s}}}";
  private static final String INSURED =
      "{'permissions':{'advanced_features':{'zero_completion_insurance':%s}}}";

  private static CalledGateway called;

  @BeforeAll
  static void start() {
    called = CalledGateway.start(LimitedCallsIT::answer);
    GatewayHarness gateway = called.gateway();
    String url = called.providerUrl();
    TestService openAi = TestService.openAi("openai", url + "/v1");
    gateway.putProject(
        "prj_1",
        openAi,
        TestService.anthropic("anthropic", url),
        TestService.gemini("gemini", url));
    for (UnknownPrice unknown : UnknownPrice.values()) {
      gateway.putProject("prj_" + unknown, unknown, openAi);
    }
    gateway.prices().put("prc_1", null, "openai", "gpt-4o", "{'input':1,'output':1}");
    gateway.prices().put("prc_2", null, "anthropic", "claude", "{'input':1,'output':1}");
    gateway.prices().put("prc_3", null, "gemini", "gemini-2.0-flash", "{'input':1,'output':1}");
    gateway
        .prices()
        .put("prc_4", GatewayHarness.ORGANIZATION, "openai", "*", "{'input':1,'output':1}");
  }

  @AfterAll
  static void stop() throws IOException {
    called.close();
  }

  @BeforeEach
  void begin() {
    called.begin();
  }

  private static final String BEGINNING =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n";

  private static Publisher<Void> answer(
      HttpServerRequest request, String body, HttpServerResponse response) {
    if (request.path().endsWith("batches")) {
      return response
          .header("content-type", "application/json")
          .sendString(Mono.just("{\"id\":\"batch_1\",\"object\":\"batch\"}"));
    }
    if (body.contains("say nothing")) {
      return response
          .header("content-type", "text/event-stream")
          .sendByteArray(Flux.just(BEGINNING.getBytes(UTF_8)).concatWith(Flux.never()));
    }
    String chunk = chunk(request.path());
    Flux<byte[]> chunks =
        Flux.interval(Duration.ofMillis(2))
            .take(2000)
            .onBackpressureDrop()
            .map(tick -> chunk.getBytes(UTF_8));
    return response
        .header("content-type", "text/event-stream")
        .sendByteArray(body.contains("break off") ? breakingOff(chunks) : chunks);
  }

  private static Flux<byte[]> breakingOff(Flux<byte[]> chunks) {
    return chunks.take(20).concatWith(Mono.error(new IOException("breaks off")));
  }

  private static String chunk(String path) {
    if (path.endsWith("messages")) {
      return "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
          + "\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}}\n\n".formatted(WORDS);
    }
    return path.contains("Generate")
        ? "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}]}}]}\n\n"
            .formatted(WORDS)
        : "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}\n\n".formatted(WORDS);
  }

  /** The protocols whose streams end by an event of their own. */
  enum Wire {
    OPENAI(
        "/v1/chat/completions",
        "{'model':'gpt-4o','stream':true,'messages':[{'role':'user','content':'Hi'}]%s}",
        ",'max_tokens':500"),
    ANTHROPIC(
        "/v1/messages",
        "{'model':'claude','stream':true,'messages':[{'role':'user','content':'Hi'}]%s}",
        ",'max_tokens':500"),
    GEMINI(
        "/v1beta/models/gemini-2.0-flash:streamGenerateContent?alt=sse",
        "{'contents':[{'role':'user','parts':[{'text':'Hi'}]}]%s}",
        ",'generationConfig':{'maxOutputTokens':500}");

    private final String path;
    private final String body;
    private final String maximum;

    Wire(String path, String body, String maximum) {
      this.path = path;
      this.body = body;
      this.maximum = maximum;
    }

    HttpResponse<String> stream(String key) {
      return called.post(key, path, body.formatted(""));
    }

    HttpResponse<String> streamWithAMaximum(String key) {
      return called.post(key, path, body.formatted(maximum));
    }

    /** The whole of the event by which the gateway ends a stream, but for what it says in words. */
    String end(String openAiType, String anthropicType, String code) {
      return switch (this) {
        case OPENAI ->
            "data: \\{\"error\":\\{\"message\":\"[^\"]+\",\"type\":\"%s\",\"param\":null,\"code\":\"%s\"}}"
                .formatted(openAiType, code);
        case ANTHROPIC ->
            "event: error\ndata: \\{\"type\":\"error\",\"error\":\\{\"type\":\"%s\",\"message\":\"[^\"]+\",\"code\":\"%s\"},\"request_id\":\"[^\"]+\"}"
                .formatted(anthropicType, code);
        case GEMINI ->
            "data: \\{\"error\":\\{\"code\":429,\"message\":\"[^\"]+\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":\\[.*\"reason\":\"%s\".*]}}"
                .formatted(code);
      };
    }
  }

  private static void assertEnded(HttpResponse<String> ended, String event) {
    assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
    assertThat(ended.body()).contains(WORDS).endsWith("\n\n");
    String events = ended.body().strip();
    assertThat(events.substring(events.lastIndexOf("\n\n") + 2)).matches(event);
  }

  /** Six hundred at once, and ten more each second. */
  @ParameterizedTest
  @EnumSource(Wire.class)
  void aStreamWithoutAMaximumEndsWhenALimitOfTokensIsReached(Wire wire) {
    String key = called.newKey("prj_1", "{'rate_limits':{'tokens':{'output_per_minute':600}}}");
    long begun = System.nanoTime();
    HttpResponse<String> ended = wire.stream(key);
    long seconds = 1 + Duration.ofNanos(System.nanoTime() - begun).toSeconds();
    assertEnded(ended, wire.end("rate_limit_error", "rate_limit_error", "rate_limit_exceeded"));
    UsageEvent row = called.row();
    assertThat(row.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(row.errorCode()).isEqualTo("rate_limit_exceeded");
    assertThat(row.estimated()).isTrue();
    assertThat(Objects.requireNonNull(row.usage()).output())
        .isBetween(400L, 600 + 10 * seconds + 10);

    HttpResponse<String> refused = wire.streamWithAMaximum(key);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"rate_limit_exceeded\"");
    assertThat(called.calls()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void aStreamWithoutAMaximumEndsWhenTheBudgetIsGone(Wire wire) {
    String key = called.newKey("prj_1", COSTS.formatted("0.001500"));
    HttpResponse<String> ended = wire.stream(key);
    assertEnded(ended, wire.end("insufficient_quota", "rate_limit_error", "insufficient_quota"));
    UsageEvent row = called.row();
    assertThat(row.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(row.errorCode()).isEqualTo("insufficient_quota");
    assertThat(row.estimated()).isTrue();
    assertThat(Objects.requireNonNull(row.charge()).microUsd()).isBetween(1300L, 1500L);

    HttpResponse<String> refused = wire.streamWithAMaximum(key);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"insufficient_quota\"");
    assertThat(called.calls()).isEqualTo(1);
  }

  // ------------------------------------------------------------------------------- insurance ----

  private static final String CHAT =
      "{'model':'gpt-4o','stream':true,'messages':[{'role':'user','content':'%s'}]}";

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatAProviderBreaksOffCostsNothingWhereItIsInsured(boolean insured) {
    String key = called.newKey("prj_1", INSURED.formatted(insured));
    assertThatThrownBy(() -> called.post(key, "/v1/chat/completions", CHAT.formatted("break off")))
        .hasRootCauseInstanceOf(IOException.class);
    UsageEvent row = called.row();
    assertThat(row.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(row.errorCode()).startsWith("provider_");
    long tokens = Objects.requireNonNull(row.usage()).input() + row.usage().output();
    assertThat(tokens).isGreaterThan(50);
    assertThat(row.charge()).isEqualTo(new Charge(insured ? 0 : tokens, "prc_1"));
  }

  /** Also where nothing was generated yet: its provider has read the prompt. */
  @ParameterizedTest
  @ValueSource(strings = {"Hi", "say nothing"})
  void whatItsClientCancelsIsChargedThoughItIsInsured(String prompt) throws IOException {
    String key = called.newKey("prj_1", INSURED.formatted(true));
    try (InputStream body =
        called
            .send(
                called.request(key, "/v1/chat/completions", CHAT.formatted(prompt)),
                BodyHandlers.ofInputStream())
            .body()) {
      assertThat(body.readNBytes(BEGINNING.length())).hasSize(BEGINNING.length());
    }
    UsageEvent row = called.row();
    assertThat(row.outcome()).isEqualTo(Outcome.CANCELLED);
    long input = Objects.requireNonNull(row.usage()).input();
    assertThat(input).isGreaterThan(5);
    assertThat(row.usage().output() > 0).isEqualTo(prompt.equals("Hi"));
    assertThat(row.charge()).isEqualTo(new Charge(input + row.usage().output(), "prc_1"));
  }

  // --------------------------------------------------------------------------------- batches ----

  private static HttpResponse<String> makeBatch(UnknownPrice unknown, String policy) {
    return called.post(
        called.newKey("prj_" + unknown, policy),
        "/v1/batches",
        "{'input_file_id':'file-1','endpoint':'/v1/chat/completions','completion_window':'24h'}");
  }

  /** Nobody has counted its lines, so no price helps, not even a default one. */
  @ParameterizedTest
  @CsvSource({"ALLOW,200,1", "DENY,403,0", "CHARGE_DEFAULT,403,0"})
  void aBatchUnderAMoneyLimitIsAModelWithoutAPrice(UnknownPrice unknown, int status, int calls) {
    HttpResponse<String> answer = makeBatch(unknown, COSTS.formatted("1"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(called.calls()).isEqualTo(calls);
    if (status == 200) {
      assertThat(called.row().charge()).isNull();
    } else {
      assertThat(answer.body()).contains("\"model_price_unknown\"", "\"permission_error\"");
    }
  }

  @ParameterizedTest
  @EnumSource(UnknownPrice.class)
  void aBatchThatNoMoneyLimitStandsOverPasses(UnknownPrice unknown) {
    HttpResponse<String> answer = makeBatch(unknown, "{'rate_limits':{'requests':{'per_day':5}}}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(called.row().charge()).isNull();
  }
}
