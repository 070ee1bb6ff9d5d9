package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.inspection.Inspection.Inspected;
import dev.tollgate.gateway.inspection.JsonInspector;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.RequestMember;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.policy.Features;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** Bounds of requests that nobody counts. */
class BoundTest {

  private static final Endpoint AUDIO = Bodies.endpoint(Protocol.OPENAI, Operation.AUDIO);

  private static final List<String> PLACES =
      List.of(
          "{'%s':%s}",
          "{'options':{'%s':%s}}",
          "{'messages':[{'role':'user','content':[{'type':'text','text':'x','%s':%s}]}]}");

  private static TokenEstimate bound(String body, Protocol protocol, Operation operation) {
    Endpoint endpoint = Bodies.endpoint(protocol, operation);
    return Objects.requireNonNull(boundUnlessRefused(body, endpoint));
  }

  private static @Nullable TokenEstimate boundUnlessRefused(String body, Endpoint endpoint) {
    ByteBuf bytes = Unpooled.copiedBuffer(body.replace('\'', '"'), UTF_8);
    if (!(new JsonInspector().inspect(bytes) instanceof Inspected found)) {
      return null;
    }
    RequestContent content =
        new RequestContent(
            "m",
            null,
            false,
            new Body.Whole(new WholeBody(bytes)),
            null,
            found.features(),
            found.otherModels(),
            found.extent());
    return InputTokens.bound(content, endpoint, -1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "OPENAI|{'messages':[],'max_tokens':7}|7|1",
        "OPENAI|{'messages':[],'max_tokens':7,'max_completion_tokens':9,'n':2}|18|2",
        "OPENAI|{'max_tokens':7.5,'messages':[],'max_output_tokens':900}|8|1",
        "OPENAI|{'messages':[{'role':'user','content':'','max_tokens':3}]}|none|1",
        "OPENAI|{'messages':[],'max_output_tokens':3}|none|1",
        "OPENAI|{'messages':[],'max_tokens':3,'n':4000000000000}|384|128",
        "OPENAI|{'messages':[],'max_tokens':99999999999999999999999}|1000000000000|1",
        "OPENAI|{'messages':[],'max_tokens':3,'n':2,'n':5,'N':4}|15|5",
        "OPENAI|{'messages':[],'max_tokens':-1}|none|1",
        "ANTHROPIC|{'messages':[],'max_tokens':7}|7|1",
        "ANTHROPIC|{'messages':[],'max_tokens':0}|none|1",
        "OPENAI|{'messages':[],'max_tokens':0.5}|none|1",
        "OPENAI|{'messages':[],'max_tokens':'7'}|none|1",
        "OPENAI|{'messages':[],'max_tokens':7,'n':'3'}|896|128",
        "OPENAI|{'messages':[{'role':'user','content':'','n':'3'}],'max_tokens':7}|7|1",
        "OPENAI|{'messages':[],'max_tokens':7,'max_tokens':9}|none|1",
        "OPENAI|{'messages':[],'max_tokens':7,'max_tokens':null}|none|1",
        "OPENAI|{'messages':[],'max_tokens':7,'Max_Tokens':9}|none|1",
        "OPENAI|{'messages':[],'max_new_tokens':7}|none|1",
        "ANTHROPIC|{'messages':[],'maxTokens':7}|none|1",
        "GEMINI|{'contents':[],'generationConfig':{'maxOutputTokens':4,'candidateCount':2}}|8|2",
        "GEMINI|{'contents':[],'maxOutputTokens':4}|none|1",
        "GEMINI|{'generationConfig':{'maxOutputTokens':4},'generationConfig':{}}|none|1",
        "GEMINI|{'contents':[{'parts':[{'text':'','maxOutputTokens':4}]}]}|none|1",
        "GEMINI|{'contents':[{'generationConfig':{'maxOutputTokens':4}}]}|none|1",
        "PASS_THROUGH|{'messages':[{'role':'user','content':'','max_tokens':3}]}|none|1",
        "PASS_THROUGH|{'messages':[],'max_tokens':3}|none|1",
      })
  void readsWhatABodySaysOfItsAnswer(
      Protocol protocol, String body, @Nullable Long most, long choices) {
    TokenEstimate bound = bound(body, protocol, Operation.CHAT_COMPLETION);
    assertThat(bound.maxOutput()).isEqualTo(most);
    assertThat(bound.choices()).isEqualTo(choices);
    assertThat(bound.input()).isEqualTo(body.length());
    assertThat(bound.exact()).isFalse();
    assertThat(bound.open()).isFalse();
  }

  /** Each of several prompts has the maximum. */
  @Test
  void trustsNoMaximumOfCompletions() {
    TokenEstimate bound =
        bound("{'prompt':['a','b'],'max_tokens':5,'n':2}", Protocol.OPENAI, Operation.COMPLETIONS);
    assertThat(bound.maxOutput()).isNull();
    assertThat(bound.choices()).isEqualTo(2);
    assertThat(bound("{'input':'a'}", Protocol.OPENAI, Operation.EMBEDDINGS).maxOutput()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'messages':[{'content':[{'type':'image_url','image_url':{'url':'https://x/y'}}]}]}",
        "{'messages':[{'content':[{'type':'file','file':{'file_id':'f'}}]}]}",
        "{'messages':[{'content':[{'type':'document','source':{'type':'url','url':'u'}}]}]}",
        "{'input':'hi','previous_response_id':'resp_1'}",
        "{'input':'hi','conversation':'conv_1'}",
        "{'messages':[],'web_search_options':{}}",
        "{'contents':[{'parts':[{'fileData':{'fileUri':'gs://x'}}]}]}",
        "{'contents':[],'cachedContent':'cachedContents/1'}",
      })
  void knowsWhereMoreGoesInThanTheBodyShows(String body) {
    assertThat(bound(body, Protocol.OPENAI, Operation.CHAT_COMPLETION).open()).isTrue();
  }

  @Test
  void leavesRoomForWhatIsSaidOfTools() {
    String body = "{'messages':[],'tools':[{'name':'f'}]}";
    assertThat(bound(body, Protocol.ANTHROPIC, Operation.CHAT_COMPLETION).input())
        .isEqualTo(body.length() + 1_000);
  }

  /** A row that was too low is the provider's bill all the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'messages':[],'data_sources':[{'type':'azure_search'}]}",
        "{'messages':[],'dataSources':[{'type':'azure_search'}]}",
        "{'messages':[],'mcp_servers':[{'type':'url','url':'https://x'}]}",
        "{'messages':[],'container':{'skills':[{'skill_id':'pptx'}]}}",
        "{'input':'hi','previous_interaction_id':'int_1'}",
        "{'input':'hi','Previous_Response_ID':'resp_1'}",
        "{'messages':[{'content':[{'type':'document_url','document_url':'https://x/y'}]}]}",
        "{'messages':[{'content':[{'type':'audio','source':{'type':'url','url':'https://x/y'}}]}]}",
        "{'input':'hi','tools':[{'type':'file_search','vector_store_ids':['vs_1']}]}",
        "{'contents':[],'tools':[{'codeExecution':{}}]}",
        "{'input':[{'type':'item_reference','id':'msg_1'}]}",
        "{'input':[{'id':'msg_1'}]}",
      })
  void seesAllThatACountOfTokensTakesForUnseen(String body) {
    assertThat(count(body).open()).isTrue();
    assertThat(bound(body, Protocol.PASS_THROUGH, Operation.PASSTHROUGH).open()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(RequestMember.class)
  void goesByTheNamesThatACountOfTokensGoesBy(RequestMember member) {
    for (String name : member.names()) {
      for (String spelled : List.of(name, name.toUpperCase(Locale.ROOT), snake(name))) {
        for (String place : PLACES) {
          assertNotBelowItsCount(place.formatted(spelled, "5"));
          assertNotBelowItsCount(place.formatted(spelled, "'file'"));
          assertNotBelowItsCount(place.formatted(spelled, "'5'"));
          assertNotBelowItsCount(place.formatted(spelled, "{'a':'b'}"));
          assertThat(count(place.formatted(spelled, "null")).open()).as(spelled).isFalse();
        }
      }
    }
  }

  private static String snake(String name) {
    int middle = name.length() / 2;
    return name.substring(0, middle) + "_" + name.substring(middle);
  }

  private static TokenEstimate count(String body) {
    String json = body.replace('\'', '"');
    return Bodies.read(null, Protocol.PASS_THROUGH, Operation.PASSTHROUGH, json);
  }

  private static void assertNotBelowItsCount(String body) {
    for (MaximumRule rule : MaximumRule.values()) {
      Endpoint endpoint = new Endpoint(Protocol.PASS_THROUGH, Operation.PASSTHROUGH, rule);
      TokenEstimate bound = boundUnlessRefused(body, endpoint);
      if (bound != null) {
        byte[] json = body.replace('\'', '"').getBytes(UTF_8);
        TokenEstimate count = Bodies.read(null, endpoint, json);
        assertThat(bound.open() || !count.open()).as(body).isTrue();
        assertThat(bound.choices()).as(body).isGreaterThanOrEqualTo(count.choices());
        assertThat(most(bound)).as(body).isGreaterThanOrEqualTo(most(count));
      }
    }
  }

  private static long most(TokenEstimate estimate) {
    return Objects.requireNonNullElse(estimate.maxOutput(), Long.MAX_VALUE);
  }

  /** What it says to be nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'messages':[],'container':null,'conversation':null,'web_search_options':null}",
        "{'messages':[{'content':[{'type':'text','text':'hi','file_id':null}]}]}",
        "{'messages':[],'tools':[{'type':'function','function':{'name':'f','description':'d'}}]}",
      })
  void knowsWhereNothingMoreGoesIn(String body) {
    assertThat(count(body).open()).isFalse();
    assertThat(bound(body, Protocol.OPENAI, Operation.CHAT_COMPLETION).open()).isFalse();
  }

  /** Whatever a count of tokens takes for a maximum, the inspection has noted. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "/v1/chat/completions | {'max_tokens':5}",
        "/v1/chat/completions | {'max_completion_tokens':5}",
        "/v1/responses | {'max_output_tokens':5}",
        "/v1/messages | {'max_tokens':5}",
        "/vertex/models/m:generateContent | {'generationConfig':{'maxOutputTokens':5}}",
        "/vertex/models/m:streamGenerateContent | {'generation_config':{'max_output_tokens':5}}",
        "/bedrock/model/m/converse | {'inferenceConfig':{'maxTokens':5}}",
        "/bedrock/model/m/converse-stream | {'inferenceConfig':{'maxTokens':5}}",
        "/ollama/api/generate | {'options':{'num_predict':5}}",
      })
  void notesEveryMaximum(String path, String body) {
    Endpoint endpoint = Endpoint.of(Protocol.PASS_THROUGH, Operation.PASSTHROUGH, path);
    TokenEstimate bound = Objects.requireNonNull(boundUnlessRefused(body, endpoint));
    assertThat(bound.maxOutput()).isEqualTo(5);
    assertThat(Bodies.read(null, endpoint, body.replace('\'', '"').getBytes(UTF_8)).maxOutput())
        .isEqualTo(5);
  }

  @Test
  void notesEveryNameOfAnswers() {
    for (String name : RequestMember.CHOICES.names()) {
      assertThat(bound("{'" + name + "':5}", Protocol.OPENAI, Operation.CHAT_COMPLETION).choices())
          .isEqualTo(5);
    }
  }

  @Test
  void knowsOnlyTheLengthOfWhatPasses() {
    RequestContent form =
        new RequestContent(
            "m",
            null,
            false,
            new Body.Passing(Flux.empty(), null, null),
            null,
            Features.NONE,
            List.of());
    assertThat(InputTokens.bound(form, AUDIO, 750_000).input()).isEqualTo(12_000);
  }
}
