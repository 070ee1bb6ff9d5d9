package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.support.CalledGateway;
import dev.tollgate.gateway.support.TestService;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/**
 * Searches by a provider's own tools through the whole gateway. Tokens cost nothing here, a search
 * of the web ten micro-dollars, by the preview 25, one of files three; the provider searches the
 * web twice and files once.
 */
class SearchesIT {

  private static final String ITEMS =
      "[{'type':'web_search_call','action':{'type':'search'}},{'type':'web_search_call',"
          + "'action':{'type':'open_page'}},{'type':'web_search_call'},{'type':'file_search_call'}]";

  private static final String RESPONSE =
      "{'model':'gpt-5','output':" + ITEMS + ",'usage':{'input_tokens':10,'output_tokens':5}}";

  private static CalledGateway called;

  @BeforeAll
  static void start() {
    called =
        CalledGateway.start((request, body, response) -> {
          boolean stream = body.contains("\"stream\":true");
          String answer = (stream ? streamed() : RESPONSE).replace('\'', '"');
          return response
              .header("content-type", stream ? "text/event-stream" : "application/json")
              .header("content-length", String.valueOf(answer.length()))
              .sendString(Mono.just(answer));
        });
    called
        .gateway()
        .putProject("prj_1", TestService.openAi("openai", called.providerUrl() + "/v1"));
    called
        .gateway()
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
    called.close();
  }

  @BeforeEach
  void begin() {
    called.begin();
  }

  private static HttpResponse<String> ask(String policy, String tools, String more) {
    return called.post(
        called.newKey("prj_1", policy),
        "/v1/responses",
        "{'model':'gpt-5','input':'Hi','max_output_tokens':9,'tools':%s%s}".formatted(tools, more));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'type':'web_search'},{'type':'file_search','vector_store_ids':['v']}] | 23",
        "[{'type':'web_search_preview_2025_03_11'}] | 53",
      })
  void chargesEachSearch(String tools, long microUsd) {
    for (String policy : new String[] {"{}", "{'rate_limits':{'costs':{'per_day_max':1}}}"}) {
      assertThat(ask(policy, tools, "").statusCode()).isEqualTo(200);
      assertThat(called.cost()).isEqualTo(microUsd);
      assertThat(ask(policy, tools, ",'stream':true").statusCode()).isEqualTo(200);
      assertThat(called.cost()).isEqualTo(microUsd);
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
  void reservesSearchesThatMayBeMade(String tools, String limit, int status) {
    String policy = "{'rate_limits':{'costs':{'per_day_max':%s}}}".formatted(limit);
    HttpResponse<String> answer = ask(policy, tools, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }
}
