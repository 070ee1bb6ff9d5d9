package dev.tollgate.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often an answer tells that its provider searched, cut in every way. */
class SearchReadingTest {

  private static final String SEARCH =
      "{'id':'ws_1','type':'web_search_call','status':'completed','action':{'type':'search','query':'type'}}";

  private static final String ADDED =
      "{'type':'response.output_item.added','item':{'id':'ws_1','type':'web_search_call','status':'in_progress'}}";

  private static final String DONE = "{'type':'response.output_item.done','item':" + SEARCH + "}";

  private static void reads(Protocol protocol, String type, String answer, String expected) {
    byte[] body = answer.replace('\'', '"').getBytes(UTF_8);
    for (List<byte[]> parts : Cuts.of(body).toList()) {
      UsageDetails details =
          Cuts.read(UsageReaders.forAnswer(protocol, type, null), parts).details();
      assertThat(details.webSearches() + " " + details.fileSearches()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OPENAI | {'output':[{'type':'web_search_call','status':'completed'},{'type':'message','content':[{'type':'output_text','text':'web_search_call'}]}]} | 1 0",
        // to look at what was found is no search, wherever the type stands
        "OPENAI | {'output':[{'type':'web_search_call','action':{'type':'search'}},{'type':'web_search_call','action':{'type':'open_page'}},{'action':{'type':'find_in_page'},'type':'web_search_call'}]} | 1 0",
        "OPENAI | {'output':[{'type':'computer_call','action':{'type':'click'}},{'type':'function_call','name':'web_search_call','arguments':'{}'}]} | 0 0",
        "OPENAI | {'output':[{'type':'file_search_call','queries':['a','b']},{'type':'file_search_call'}]} | 0 2",
        "OPENAI | {'output':[{'type':'web_search_call'}],'tool_usage':{'web_search':{'num_requests':2}}} | 2 0",
        "OPENAI | {'output':[],'tool_usage':{'image_gen':{'input_tokens':5},'web_search':{'num_requests':0}}} | 0 0",
        "OPENAI | {'output':[{'type':'web_search_call'}],'usage':{'input_tokens':1,'server_side_tool_usage_details':{'web_search_calls':2,'x_search_calls':3,'file_search_calls':1}}} | 5 1",
        "ANTHROPIC | {'usage':{'input_tokens':1,'server_tool_use':{'web_search_requests':4,'web_fetch_requests':2}}} | 4 0",
        "GEMINI | {'candidates':[{'content':{'parts':[{'text':'x'}]},'groundingMetadata':{'webSearchQueries':['a','b, \\\"c'],'groundingChunks':[{'web':{'uri':'u'}}]}}]} | 2 0",
        "GEMINI | [{'candidates':[{'groundingMetadata':{'webSearchQueries':['a']}}]},{'candidates':[{'groundingMetadata':{'webSearchQueries':['a','b','c']}}]}] | 3 0",
        "GEMINI | {'candidates':[{'groundingMetadata':{'webSearchQueries':[]}}]} | 0 0",
        "GEMINI | {'candidates':[{'groundingMetadata':{'webSearchQueries':[{'a':'b'},7,null]}}]} | 0 0",
        "PASS_THROUGH | {'output':[{'type':'web_search_call'}]} | 1 0",
        "PASS_THROUGH | {'output':{'message':{'content':[{'text':'x'}]}},'usage':{'inputTokens':1}} | 0 0",
      })
  void aWholeAnswer(Protocol protocol, String answer, String searches) {
    reads(protocol, "application/json", answer, searches);
  }

  private static String events(String... documents) {
    return Stream.of(documents)
        .map(document -> "data: " + document + "\n\n")
        .collect(Collectors.joining());
  }

  @Test
  void aStreamedAnswerListsThemInTheEnd() {
    String page = SEARCH.replace("'search'", "'open_page'");
    reads(
        Protocol.OPENAI,
        "text/event-stream",
        events(
            "{'type':'response.created','response':{'output':[]}}",
            ADDED,
            "{'type':'response.web_search_call.searching','item_id':'ws_1'}",
            DONE,
            ADDED,
            DONE.replace("'search'", "'open_page'"),
            "{'type':'response.completed','response':{'output':[" + SEARCH + "," + page + "]}}"),
        "1 0");
  }

  /** One that has begun costs something, be it done or not. */
  @Test
  void aStreamThatIsCutTellsOfThoseThatHaveBegun() {
    reads(Protocol.OPENAI, "text/event-stream", events(ADDED), "1 0");
    reads(Protocol.OPENAI, "text/event-stream", events(ADDED, DONE), "1 0");
    reads(Protocol.OPENAI, "text/event-stream", events(ADDED, DONE, ADDED), "2 0");
    reads(
        Protocol.OPENAI,
        "text/event-stream",
        events(ADDED, DONE.replace("'search'", "'open_page'")),
        "0 0");
    reads(
        Protocol.OPENAI,
        "text/event-stream",
        events(ADDED.replace("web_search", "file_search")),
        "0 1");
  }
}
