package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.policy.CompiledPolicy;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.support.GatewayHarness;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.support.TestService;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/**
 * Searches by a provider's own tools through the whole gateway. Tokens cost nothing here, a search
 * of the web ten micro-dollars, by the preview 25, one of files three; the provider searches the
 * web twice and files once.
 */
class SearchesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String ITEMS =
      "[{'type':'web_search_call','action':{'type':'search'}},{'type':'web_search_call',"
          + "'action':{'type':'open_page'}},{'type':'web_search_call'},{'type':'file_search_call'}]";

  private static final String RESPONSE =
      "{'model':'gpt-5','output':" + ITEMS + ",'usage':{'input_tokens':10,'output_tokens':5}}";

  private static DisposableServer provider;
  private static GatewayHarness gateway;
  private static HttpClient client;
  private static final AtomicInteger subjects = new AtomicInteger();
  private Instant begun = Instant.EPOCH;

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
                      String answer = (stream ? streamed() : RESPONSE).replace('\'', '"');
                      response
                          .header("content-type", stream ? "text/event-stream" : "application/json")
                          .header("content-length", String.valueOf(answer.length()));
                      return response.sendString(Mono.just(answer)).then();
                    }))
            .bindNow();
    gateway = GatewayHarness.start();
    client = HttpClient.newHttpClient();
    String url = "http://127.0.0.1:" + provider.port() + "/v1";
    gateway.putProject("prj_1", TestService.openAi("openai", url));
    gateway
        .prices()
        .put(
            "prc_1",
            null,
            "openai",
            "gpt-5",
            "{'input':0,'output':0,'web_search':0.00001,'web_search_preview':0.000025,"
                + "'file_search':0.000003}");
  }

  private static String streamed() {
    return "event: response.created\ndata: {'type':'response.created','response':{'output':[]}}\n\n"
        + "event: response.completed\ndata: {'type':'response.completed','response':"
        + RESPONSE
        + "}\n\n";
  }

  @AfterAll
  static void stop() throws IOException {
    client.close();
    gateway.close();
    provider.disposeNow();
  }

  @BeforeEach
  void forget() {
    begun = Instant.now();
    gateway.usage().clear();
  }

  private static String newKey(String policy) {
    Subject subject = Subject.key("key_searches_" + subjects.incrementAndGet());
    CompiledPolicy document = TestPolicies.document(subject, policy);
    return gateway.newKey("prj_1", null, document);
  }

  private static HttpResponse<String> ask(String key, String tools, String more)
      throws IOException, InterruptedException {
    String body =
        "{'model':'gpt-5','input':'Hi','max_output_tokens':9,'tools':%s%s}".formatted(tools, more);
    return client.send(
        HttpRequest.newBuilder(gateway.uri("/v1/responses"))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body.replace('\'', '"')))
            .build(),
        BodyHandlers.ofString());
  }

  private long cost() throws InterruptedException {
    UsageEvent row = gateway.usage().next(PATIENCE);
    while (row.startedAt().isBefore(begun)) {
      row = gateway.usage().next(PATIENCE);
    }
    return Objects.requireNonNull(row.charge()).microUsd();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'type':'web_search'},{'type':'file_search','vector_store_ids':['v']}] | 23",
        "[{'type':'web_search_preview_2025_03_11'}] | 53",
      })
  void chargesEachSearch(String tools, long microUsd) throws Exception {
    for (String policy : new String[] {"{}", "{'rate_limits':{'costs':{'per_day_max':1}}}"}) {
      assertThat(ask(newKey(policy), tools, "").statusCode()).isEqualTo(200);
      assertThat(cost()).isEqualTo(microUsd);
      assertThat(ask(newKey(policy), tools, ",'stream':true").statusCode()).isEqualTo(200);
      assertThat(cost()).isEqualTo(microUsd);
    }
  }

  /** Ten of each tool. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | 0 | 200",
        "[{'type':'function','name':'web_search_call'}] | 0 | 200",
        "[{'type':'web_search'}] | 0.000100 | 200",
        "[{'type':'web_search'}] | 0.000099 | 429",
        "[{'type':'web_search_preview'}] | 0.000249 | 429",
        "[{'type':'web_search_preview'}] | 0.000250 | 200",
        "[{'type':'file_search'}] | 0.000030 | 200",
        "[{'type':'file_search'}] | 0.000029 | 429",
        "[{'type':'file_search'},{'type':'web_search'}] | 0.000129 | 429",
      })
  void reservesSearchesThatMayBeMade(String tools, String limit, int status) throws Exception {
    String key = newKey("{'rate_limits':{'costs':{'per_day_max':%s}}}".formatted(limit));
    HttpResponse<String> answer = ask(key, tools, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }
}
