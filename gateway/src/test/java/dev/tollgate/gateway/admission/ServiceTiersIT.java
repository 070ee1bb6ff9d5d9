package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.snapshot.UnknownPrice;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.UsageEvent;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * Tiers of service through the whole gateway, under money limits and without. A token costs one
 * micro-dollar; the provider uses 10 in and 5 out, and serves at the tier that the request's {@code
 * user} says.
 */
class ServiceTiersIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern SERVED = Pattern.compile("\"user\":\"([a-z_]+)\"");

  private static final String USAGE =
      "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}";

  private static DisposableServer provider;
  private static GatewayHarness gateway;
  private static HttpClient client;
  private static final AtomicInteger subjects = new AtomicInteger();

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
                    .flatMap(body -> {
                      boolean stream = body.contains("\"stream\":true");
                      String answer = stream ? streamed(tier(body)) : whole(tier(body));
                      response
                          .header("content-type", stream ? "text/event-stream" : "application/json")
                          .header("content-length", String.valueOf(answer.length()));
                      return response.sendString(Mono.just(answer)).then();
                    }))
            .bindNow();
    gateway = GatewayHarness.start();
    client = HttpClient.newHttpClient();
    String url = "http://127.0.0.1:" + provider.port() + "/v1";
    gateway.putProject(
        "prj_1", TestService.openAi("openai", url).models("gpt-4o", "gpt-plain", "gpt-auto"));
    String tiers = "'service_tiers':{'priority':2,'flex':0.5}";
    gateway.prices().put("prc_1", null, "openai", "gpt-4o", "{'input':1,'output':1," + tiers + "}");
    gateway
        .prices()
        .put("prc_2", null, "openai", "gpt-auto", "{'input':1,'output':1," + tiers + "}");
    gateway.prices().put("prc_3", null, "openai", "gpt-plain", "{'input':1,'output':1}");
  }

  private static String tier(String body) {
    Matcher served = SERVED.matcher(body);
    return served.find() && !served.group(1).equals("silent")
        ? "\"service_tier\":\"" + served.group(1) + "\","
        : "";
  }

  private static String whole(String tier) {
    return "{%s\"choices\":[{\"message\":{\"content\":\"hi\"}}],%s}".formatted(tier, USAGE);
  }

  private static String streamed(String tier) {
    String chunk = "data: {%s\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n".formatted(tier);
    return chunk + "data: {%s\"choices\":[],%s}\n\ndata: [DONE]\n\n".formatted(tier, USAGE);
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
  }

  private static String newKey(String policy) {
    Subject subject = Subject.key("key_tiers_" + subjects.incrementAndGet());
    CompiledPolicy document = TestPolicies.document(subject, policy);
    return gateway.newKey("prj_1", null, document);
  }

  private static HttpResponse<String> ask(String key, String model, String served, String more)
      throws IOException, InterruptedException {
    String body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"user\":\"%s\"%s}"
            .formatted(model, served, more.replace('\'', '"'));
    return client.send(
        HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** Of the next row of this test: one may come after its answer, in the test that follows. */
  private Charge charged() throws InterruptedException {
    UsageEvent row = gateway.usage().next(PATIENCE);
    while (row.startedAt().isBefore(begun)) {
      row = gateway.usage().next(PATIENCE);
    }
    return Objects.requireNonNull(row.charge());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt-4o    | default  | ,'service_tier':'default' | 15",
        "gpt-4o    | priority | ,'service_tier':'priority' | 30",
        "gpt-4o    | priority | ,'service_tier':'fast' | 30",
        "gpt-4o    | default  | ,'service_tier':'priority' | 15", // it was not given
        "gpt-4o    | flex     | ,'service_tier':'flex' | 8",
        "gpt-4o    | silent   | ,'service_tier':'flex' | 15",
        "gpt-4o    | silent   | ,'service_tier':'priority' | 30",
        "gpt-4o    | silent   | | 15",
        "gpt-plain | priority | ,'service_tier':'priority' | 38", // two and a half times
        "gpt-plain | flex     | ,'service_tier':'flex' | 15",
        "gpt-plain | ultrafast | ,'service_tier':'ultrafast' | 90",
      })
  void chargesTheTierThatTheAnswerTells(String model, String served, String more, long microUsd)
      throws Exception {
    String asked = more == null ? "" : more;
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':1}}}");
    assertThat(ask(key, model, served, asked).statusCode()).isEqualTo(200);
    assertThat(charged().microUsd()).isEqualTo(microUsd);
    assertThat(ask(key, model, served, asked + ",'stream':true").statusCode()).isEqualTo(200);
    assertThat(charged().microUsd()).isEqualTo(microUsd);
    assertThat(ask(newKey("{}"), model, served, asked).statusCode()).isEqualTo(200);
    assertThat(charged().microUsd()).isEqualTo(microUsd);
  }

  /** Some 10 tokens in and 50 out: under 100 micro-dollars, and over it at twice the price. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt-4o | ,'service_tier':'default' | 200",
        "gpt-4o | ,'service_tier':'flex' | 200",
        "gpt-4o | ,'service_tier':'priority' | 429",
        "gpt-4o | ,'service_tier':'fast' | 429",
        "gpt-4o | ,'service_tier':'ultrafast' | 429",
        "gpt-plain | ,'service_tier':'flex' | 200",
        "gpt-plain | ,'service_tier':'priority' | 429",
      })
  void reservesTheDearestTierThatItMayBeServedAt(String model, String more, int status)
      throws Exception {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.000100}}}");
    HttpResponse<String> answer = ask(key, model, "default", more + ",'max_tokens':50");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  /** A provider's project may be set so: seen once, it is reserved for, until it is not so. */
  @Test
  void reservesTheTierThatItsProviderTookBefore() throws Exception {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.000100}}}");
    String more = ",'max_tokens':50";
    assertThat(ask(key, "gpt-auto", "priority", more).statusCode()).isEqualTo(200);
    assertThat(charged()).isEqualTo(new Charge(30, "prc_2"));
    String other = newKey("{'rate_limits':{'costs':{'per_day_max':0.000100}}}");
    assertThat(ask(other, "gpt-auto", "priority", more).statusCode()).isEqualTo(429);
    assertThat(ask(other, "gpt-auto", "default", more + ",'service_tier':'default'").statusCode())
        .isEqualTo(200);
    assertThat(charged().microUsd()).isEqualTo(15);
    assertThat(ask(newKey("{}"), "gpt-auto", "default", "").statusCode()).isEqualTo(200);
    assertThat(charged().microUsd()).isEqualTo(15);
    String last = newKey("{'rate_limits':{'costs':{'per_day_max':0.000100}}}");
    assertThat(ask(last, "gpt-auto", "default", more).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesATierWithoutAPriceWhereUnknownPricesAreDenied() throws Exception {
    gateway.putProject(
        "prj_denied",
        UnknownPrice.DENY,
        TestService.openAi("openai", "http://127.0.0.1:" + provider.port() + "/v1"));
    Subject subject = Subject.key("key_tiers_" + subjects.incrementAndGet());
    String key =
        gateway.newKey(
            "prj_denied",
            null,
            TestPolicies.document(subject, "{'rate_limits':{'costs':{'per_day_max':1}}}"));
    HttpResponse<String> refused =
        ask(key, "gpt-plain", "priority", ",'service_tier':'priority','max_tokens':5");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("\"model_price_unknown\"", "\"service_tier\"");
    for (String served : new String[] {"default", "flex", "auto"}) {
      String more = ",'max_tokens':5,'service_tier':'%s'".formatted(served);
      assertThat(ask(key, "gpt-plain", served, more).statusCode()).isEqualTo(200);
    }
    String priced = ",'service_tier':'priority','max_tokens':5";
    assertThat(ask(key, "gpt-4o", "priority", priced).statusCode()).isEqualTo(200);
  }
}
