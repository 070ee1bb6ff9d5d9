package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.snapshot.UnknownPrice;
import dev.tollgate.gateway.support.CalledGateway;
import dev.tollgate.gateway.support.InMemoryPrices;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.Charge;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/**
 * Tiers of service through the whole gateway, under money limits and without. A token costs one
 * micro-dollar; the provider uses 10 in and 5 out, and serves at the tier that the request's {@code
 * user} says.
 */
class ServiceTiersIT {

  private static final Pattern SERVED = Pattern.compile("\"user\":\"([a-z_]+)\"");

  private static final String USAGE =
      "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}";

  private static CalledGateway called;

  @BeforeAll
  static void start() {
    called =
        CalledGateway.start((request, body, response) -> {
          boolean stream = body.contains("\"stream\":true");
          String answer = stream ? streamed(tier(body)) : whole(tier(body));
          return response
              .header("content-type", stream ? "text/event-stream" : "application/json")
              .header("content-length", String.valueOf(answer.length()))
              .sendString(Mono.just(answer));
        });
    called.gateway().putProject("prj_1", openAi().models("gpt-4o", "gpt-plain", "gpt-auto"));
    InMemoryPrices prices = called.gateway().prices();
    String tiers = "'service_tiers':{'priority':2,'flex':0.5}";
    prices.put("prc_1", null, "openai", "gpt-4o", "{'input':1,'output':1," + tiers + "}");
    prices.put("prc_2", null, "openai", "gpt-auto", "{'input':1,'output':1," + tiers + "}");
    prices.put("prc_3", null, "openai", "gpt-plain", "{'input':1,'output':1}");
  }

  private static TestService openAi() {
    return TestService.openAi("openai", called.providerUrl() + "/v1");
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
    called.close();
  }

  @BeforeEach
  void begin() {
    called.begin();
  }

  private static String newKey(String policy) {
    return called.newKey("prj_1", policy);
  }

  private static HttpResponse<String> ask(String key, String model, String served, String more) {
    return called.post(
        key,
        "/v1/chat/completions",
        "{'model':'%s','messages':[{'role':'user','content':'Hi'}],'user':'%s'%s}"
            .formatted(model, served, more));
  }

  private static Charge charged() {
    return Objects.requireNonNull(called.row().charge());
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
  void chargesTheTierThatTheAnswerTells(String model, String served, String more, long microUsd) {
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
  void reservesTheDearestTierThatItMayBeServedAt(String model, String more, int status) {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':0.000100}}}");
    HttpResponse<String> answer = ask(key, model, "default", more + ",'max_tokens':50");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  /** A provider's project may be set so: seen once, it is reserved for, until it is not so. */
  @Test
  void reservesTheTierThatItsProviderTookBefore() {
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
  void refusesATierWithoutAPriceWhereUnknownPricesAreDenied() {
    called.gateway().putProject("prj_denied", UnknownPrice.DENY, openAi());
    String key = called.newKey("prj_denied", "{'rate_limits':{'costs':{'per_day_max':1}}}");
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
