package dev.tollgate.gateway.prices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.UsageEvent;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** What calls through the whole gateway are charged, to the micro-dollar. */
class PricedCallsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String COST = "x-tollgate-cost-usd";

  private static final String OPENAI =
      "{'model':'gpt-4o-2024-08-06','usage':{'prompt_tokens':1003,'completion_tokens':77,'total_tokens':1080,"
          + "'prompt_tokens_details':{'cached_tokens':512},'completion_tokens_details':{'reasoning_tokens':40}}}";
  private static final String ANTHROPIC_USAGE =
      "'usage':{'input_tokens':101,'cache_read_input_tokens':2000,'cache_creation_input_tokens':300,'output_tokens':55}";
  private static final String GEMINI =
      "{'modelVersion':'gemini-2.5-pro','usageMetadata':{'promptTokenCount':200001,'cachedContentTokenCount':100000,"
          + "'candidatesTokenCount':11,'thoughtsTokenCount':19,'totalTokenCount':200031}}";

  /** By the request's path, with single quotes for double ones. */
  private static final Map<String, String> ANSWERS =
      Map.of(
          "/v1/chat/completions",
          OPENAI,
          "/v1/audio/speech",
          "sound",
          "/v1/images/generations",
          "{'created':1,'data':[{'url':'https://x/1'},{'url':'https://x/2'}]}",
          "/v1/messages",
          "{'model':'claude-sonnet-4-5-20250929'," + ANTHROPIC_USAGE + "}",
          "/v1beta/models/gemini-2.5-pro:generateContent",
          GEMINI,
          "/v1/models/gemini-2.5-pro:generateContent",
          GEMINI,
          "/v1/models/gemini-2.5-pro:streamGenerateContent",
          "data: " + GEMINI + "\n\n",
          "/v1beta/models/gemini-2.5-pro:streamGenerateContent",
          "data: " + GEMINI + "\n\n");

  private static final String ANTHROPIC_EVENTS =
      "event: message_start\ndata: {'type':'message_start','message':{'model':'claude-sonnet-4-5-20250929',"
          + ANTHROPIC_USAGE.replace("55", "1")
          + "}}\n\nevent: message_delta\ndata: {'type':'message_delta','usage':{'output_tokens':55}}\n\n"
          + "event: message_stop\ndata: {'type':'message_stop'}\n\n";

  private static DisposableServer provider;
  private static GatewayHarness gateway;
  private static HttpClient client;

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
                      String path = "/" + request.path();
                      if (body.contains("refuse")) {
                        return response.status(429).sendString(Mono.just("{}")).then();
                      }
                      boolean stream =
                          body.contains("\"stream\":true") || path.contains(":streamGenerate");
                      byte[] answer = answer(path, stream).replace('\'', '"').getBytes(UTF_8);
                      response.header(
                          "content-type", stream ? "text/event-stream" : "application/json");
                      if (!stream) {
                        response.header("content-length", String.valueOf(answer.length));
                      }
                      return response.sendByteArray(Mono.just(answer)).then();
                    }))
            .bindNow();
    gateway = GatewayHarness.start();
    client = HttpClient.newHttpClient();
    String url = "http://127.0.0.1:" + provider.port();
    gateway.putProject(
        "prj_1",
        TestService.openAi("openai", url + "/v1")
            .models("gpt-*", "tts-1", "dall-e-3", "house=gpt-4o-2024-08-06"),
        TestService.anthropic("anthropic", url),
        TestService.gemini("gemini", url));
    gateway
        .prices()
        .put(
            "prc_openai",
            null,
            "openai",
            "gpt-4o-20*",
            "{'input':2.5,'cached_input':1.25,'output':10}");
    gateway
        .prices()
        .put(
            "prc_claude",
            null,
            "anthropic",
            "claude-sonnet-4-5-20*",
            "{'input':3,'cached_input':0.3,'cache_write':3.75,'cache_write_1h':6,'output':15}");
    gateway
        .prices()
        .put(
            "prc_image",
            null,
            "openai",
            "dall-e-3",
            "{'image_variants':{'1024x1024:standard':0.04,'1024x1024:hd':0.08}}");
    gateway.prices().put("prc_speech", null, "openai", "tts-1", "{'characters':15}");
    gateway
        .prices()
        .put(
            "prc_gemini",
            null,
            "gemini",
            "gemini-2.5-pro",
            "{'input':1.25,'cached_input':0.125,'output':10,"
                + "'tiers':[{'above_input_tokens':200000,'input':2.5,'cached_input':0.25,'output':15}]}");
  }

  private static String answer(String path, boolean stream) {
    if (stream && path.equals("/v1/messages")) {
      return ANTHROPIC_EVENTS;
    }
    String answer = Objects.requireNonNull(ANSWERS.get(path), path);
    return stream && path.equals("/v1/chat/completions")
        ? "data: " + answer + "\n\ndata: [DONE]\n\n"
        : answer;
  }

  @AfterAll
  static void stop() throws IOException {
    client.close();
    gateway.close();
    provider.disposeNow();
  }

  @BeforeEach
  void forget() {
    gateway.usage().clear();
  }

  private static HttpResponse<String> post(String path, String body) throws Exception {
    return postTo("prj_1", path, body);
  }

  private static HttpResponse<String> postTo(String project, String path, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(gateway.uri(path))
            .header("Authorization", "Bearer " + gateway.newKey(project))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.replace('\'', '"')))
            .build(),
        BodyHandlers.ofString());
  }

  private static @Nullable Charge charged() throws InterruptedException {
    UsageEvent row = gateway.usage().next(PATIENCE);
    return row.charge();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // 491 × 2.5 + 512 × 1.25 + 77 × 10 = 2637.5
        "/v1/chat/completions | {'model':'gpt-4o','messages':[]} | 2638 | prc_openai",
        "/v1/chat/completions | {'model':'gpt-4o','messages':[],'stream':true} | 2638 | prc_openai",
        "/v1/chat/completions | {'model':'house','messages':[]} | 2638 | prc_openai",
        // 101 × 3 + 2000 × 0.3 + 300 × 3.75 + 55 × 15 = 2853
        "/v1/messages | {'model':'claude-sonnet-4-5','max_tokens':9,'messages':[]} | 2853 | prc_claude",
        "/v1/messages | {'model':'claude-sonnet-4-5','max_tokens':9,'messages':[],'stream':true} | 2853 | prc_claude",
        // in the tier: 100001 × 2.5 + 100000 × 0.25 + 30 × 15 = 275452.5
        "/v1beta/models/gemini-2.5-pro:generateContent | {'contents':[]} | 275453 | prc_gemini",
        "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse | {'contents':[]} | 275453 | prc_gemini",
        "/gemini/v1/models/gemini-2.5-pro:generateContent | {'contents':[]} | 275453 | prc_gemini",
        "/gemini/v1/models/gemini-2.5-pro:streamGenerateContent?alt=sse | {'contents':[]} | 275453 | prc_gemini",
      })
  void aCallIsChargedByWhatTheProviderCounted(
      String path, String body, long microUsd, String version) throws Exception {
    HttpResponse<String> answer = post(path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(charged()).isEqualTo(new Charge(microUsd, version));
    boolean stream =
        answer.headers().firstValue("content-type").orElse("").contains("event-stream");
    if (stream) {
      assertThat(answer.headers().firstValue(COST)).isEmpty();
    } else {
      String usd = BigDecimal.valueOf(microUsd, 6).toPlainString();
      assertThat(answer.headers().firstValue(COST)).contains(usd);
    }
  }

  @Test
  void anOrganizationsPriceHoldsAsSoonAsItIsThere() throws Exception {
    gateway.putProject(
        "prj_2", TestService.openAi("groq", "http://127.0.0.1:" + provider.port() + "/v1"));
    String body = "{'model':'gpt-4o','messages':[]}";
    var _ = chatAs("prj_2", body);
    assertThat(charged()).isNull();
    gateway.prices().put("prc_own", GatewayHarness.ORGANIZATION, "groq", "gpt-4o", "{'input':1}");
    HttpResponse<String> answer = chatAs("prj_2", body);
    assertThat(charged()).isEqualTo(new Charge(1003, "prc_own"));
    assertThat(answer.headers().firstValue(COST)).contains("0.001003");
  }

  private static HttpResponse<String> chatAs(String project, String body) throws Exception {
    return postTo(project, "/v1/chat/completions", body);
  }

  /** Eight characters; two of them are two in UTF-16, and two are written as escapes. */
  @Test
  void speechIsChargedByTheCharactersOfTheRequest() throws Exception {
    HttpResponse<String> answer =
        post(
            "/v1/audio/speech",
            "{'model':'tts-1','voice':{'input':'not this'},'input':'Gr\\u00fc\\u00dfe \ud83d\ude80\ud83e\udd8a','speed':1}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(charged()).isEqualTo(new Charge(8 * 15, "prc_speech"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'model':'dall-e-3','prompt':'p','n':2,'quality':'hd'} | 160000",
        "{'model':'dall-e-3','prompt':'p','n':3} | 80000",
      })
  void imagesAreChargedByThoseThatHaveCome(String body, long microUsd) throws Exception {
    HttpResponse<String> answer = post("/v1/images/generations", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(charged()).isEqualTo(new Charge(microUsd, "prc_image"));
    assertThat(post("/openai/v1/images/generations", body).statusCode()).isEqualTo(200);
    assertThat(charged()).isEqualTo(new Charge(microUsd, "prc_image"));
  }

  @Test
  void whatTheProviderRefusesCostsNothing() throws Exception {
    HttpResponse<String> answer =
        post("/v1/chat/completions", "{'model':'gpt-4o-2024-08-06','messages':['refuse']}");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(charged()).isEqualTo(new Charge(0, "prc_openai"));
  }

  @Test
  void aModelWithoutAPriceIsServedWithoutACost() throws Exception {
    gateway.putProject(
        "prj_3", TestService.openAi("mistral", "http://127.0.0.1:" + provider.port() + "/v1"));
    HttpResponse<String> answer = chatAs("prj_3", "{'model':'gpt-4o','messages':[]}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue(COST)).isEmpty();
    assertThat(charged()).isNull();
  }
}
