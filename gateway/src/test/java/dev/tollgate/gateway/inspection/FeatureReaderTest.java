package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.inspection.Inspection.Inspected;
import dev.tollgate.gateway.policy.Feature;
import dev.tollgate.gateway.policy.Features;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which features a body uses; single quotes stand for double ones. */
class FeatureReaderTest {

  private static final JsonInspector INSPECTOR = new JsonInspector();

  private static Inspection inspect(String body) {
    return INSPECTOR.inspect(Unpooled.copiedBuffer(body.replace('\'', '"'), UTF_8));
  }

  private static Inspected inspected(String body) {
    assertThat(inspect(body)).isInstanceOf(Inspected.class);
    return (Inspected) inspect(body);
  }

  private static void expect(String body, @Nullable String features) {
    Features expected =
        features == null
            ? Features.NONE
            : Features.of(
                Arrays.stream(features.split("[+]"))
                    .map(name -> Feature.valueOf(name.toUpperCase(Locale.ROOT)))
                    .toArray(Feature[]::new));
    assertThat(inspected(body).features()).as(body).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'tools':[{'type':'function','function':{'name':'f'}}]}       | function_calling
          {'tools':[{'type':'function','name':'f','strict':true}]}      | function_calling
          {'tools':[{'type':'custom','custom':{'name':'f'}}]}           | function_calling
          {'tools':[{'type':'mcp','server_url':'x'}]}                   | function_calling
          {'tools':[{'type':'a kind of next year'}]}                    | function_calling
          {'tools':[{'type':7}]}                                        | function_calling
          {'tools':[{'type':'file_search'},{'type':'function'}]}        | function_calling
          {'tools':[{'type':'file_search','type':'function'}]}          | function_calling
          {'tools':[{'type':'file_search','Type':'function'}]}          | function_calling
          {'tools':[{'type':'file_search','function':{'name':'f'}}]}    | function_calling
          {'tools':[{'type':'bash_20250124','name':'bash'}]}            | function_calling
          {'tools':[{'name':'f','input_schema':{'type':'object'}}]}     | function_calling
          {'tools':[{}]}                                                | function_calling
          {'tools':['f']}                                               | function_calling
          {'tools':{'name':'f'}}                                        | function_calling
          {'tools':[],'tools':[{'name':'f'}]}                           | function_calling
          {'tools':[{'name':'f'}],'tools':[]}                           | function_calling
          {'\\u0074ools':[{'name':'f'}]}                                | function_calling
          {'tools':[{'functionDeclarations':[{'name':'f'}]}]}           | function_calling
          {'tools':[{'function_declarations':[{'name':'f'}]}]}          | function_calling
          {'tools':[{'functiondeclarations':[{'name':'f'}]}]}           | function_calling
          {'tools':[{'googleSearch':{},'functionDeclarations':[{}]}]}   | function_calling+web_search
          {'functions':[{'name':'f'}]}                                  | function_calling
          {'function_call':'auto'}                                      | function_calling
          {'function_call':{'name':'f'}}                                | function_calling
          {'mcp_servers':[{'url':'x'}]}                                 | function_calling
          {'toolConfig':{'tools':[{'toolSpec':{'name':'f'}}]}}          | function_calling
          {'requests':[{'params':{'tools':[{'name':'f'}]}}]}            | function_calling
          {'input':[{'type':'tool_search_output','tools':[{'type':'function'}]}]} | function_calling
          {'tools':[]}                                                  |
          {'tools':null}                                                |
          {'functions':[]}                                              |
          {'function_call':'none'}                                      |
          {'tools':[{'functionDeclarations':[]}]}                       |
          {'tools':[{'type':'file_search'},{'type':'code_interpreter'}]}|
          {'tools':[{'type':'code_execution_20250825','name':'c'}]}     |
          {'tools':[{'codeExecution':{}}]}                              |
          {'messages':[{'role':'assistant','tool_calls':[{'type':'function','function':{'name':'f','arguments':'{}'}}]}]} |
          {'messages':[{'content':[{'type':'tool_use','input':{'tools':[1],'type':'image'}}]}]} |
          {'contents':[{'parts':[{'functionCall':{'args':{'image':'x'}}}]}]} |
          {'contents':[{'parts':[{'functionResponse':{'response':{'image':'x','tools':[1]}}}]}]} |
          {'metadata':{'tools':[1],'cache_control':{},'type':'image'}}  |
          {'tools':[{'type':'web_search'}]}                             | web_search
          {'tools':[{'type':'web_search_preview_2025_03_11'}]}          | web_search
          {'tools':[{'type':'WEB_SEARCH'}]}                             | web_search
          {'tools':[{'type':'web_search_20250305','name':'web_search'}]}| web_search
          {'tools':[{'type':'web_fetch_20250910','name':'web_fetch'}]}  | web_search
          {'tools':[{'type':'openrouter:web_search'}]}                  | web_search
          {'tools':[{'google_search':{}}]}                              | web_search
          {'tools':[{'googleSearch':{}}]}                               | web_search
          {'tools':[{'googleSearchRetrieval':{}}]}                      | web_search
          {'tools':[{'google_search_retrieval':{}}]}                    | web_search
          {'tools':[{'urlContext':{}}]}                                 | web_search
          {'web_search_options':{}}                                     | web_search
          {'search_parameters':{'mode':'auto'}}                         | web_search
          {'plugins':[{'id':'web'}]}                                    | web_search
          {'plugins':[{'id':'pdf','id':'web'}]}                         | web_search
          {'plugins':[{'max_results':3}]}                               | web_search
          {'plugins':['web']}                                           | web_search
          {'plugins':[{'id':'file-parser'}]}                            |
          {'plugins':[]}                                                |
          {'web_search_options':null}                                   |
          {'messages':[{'content':[{'type':'image_url','image_url':{'url':'x'}}]}]} | vision
          {'messages':[{'content':[{'image_url':'x'}]}]}                | vision
          {'input':[{'content':[{'type':'input_image','file_id':'x'}]}]}| vision
          {'input':[{'content':[{'type':'INPUT_IMAGE','file_id':'x'}]}]}| vision
          {'input':[{'output':[{'type':'input_image','image_url':'x'}]}]} | vision
          {'input':[{'type':'computer_call_output','output':{'type':'computer_screenshot','file_id':'x'}}]} | vision
          {'messages':[{'content':[{'type':'image','source':{'type':'file','file_id':'x'}}]}]} | vision
          {'messages':[{'content':[{'type':'tool_result','content':[{'type':'image','source':{}}]}]}]} | vision
          {'messages':[{'content':[{'type':'document','source':{'type':'content','content':[{'type':'image'}]}}]}]} | vision
          {'messages':[{'content':[{'type':'document','source':{'media_type':'image/png'}}]}]} | vision
          {'contents':[{'parts':[{'inlineData':{'mimeType':'image/png','data':'x'}}]}]} | vision
          {'contents':[{'parts':[{'inline_data':{'mime_type':'IMAGE/png','data':'x'}}]}]} | vision
          {'contents':[{'parts':[{'fileData':{'fileUri':'x'}}]}]}       | vision
          {'contents':[{'parts':[{'file_data':{'mime_type':'video/mp4'}}]}]} | vision
          {'contents':[{'parts':[{'functionResponse':{'parts':[{'inlineData':{'mimeType':'image/png'}}]}}]}]} | vision
          {'messages':[{'images':['x']}]}                               | vision
          {'messages':[{'content':[{'Image_URL':'x'}]}]}                | vision
          {'messages':[{'content':[{'type':'document','source':{'media_type':'application/pdf'}}]}]} |
          {'messages':[{'content':[{'type':'file','file':{'file_data':'data:application/pdf;base64,x'}}]}]} |
          {'contents':[{'parts':[{'inlineData':{'mimeType':'audio/wav','data':'x'}}]}]} |
          {'contents':[{'parts':[{'fileData':{'mimeType':'application/pdf'}}]}]} |
          {'messages':[{'content':'an image_url, type image'}]}         |
          {'tools':[{'type':'function','function':{'parameters':{'properties':{'image_url':{'type':'image'}}}}}]} | function_calling
          {'response_format':{'type':'json_schema','json_schema':{}}}   | structured_outputs
          {'response_format':{'type':'json_object'}}                    | structured_outputs
          {'response_format':{'type':'text','type':'json_object'}}      | structured_outputs
          {'response_format':{}}                                        | structured_outputs
          {'text':{'format':{'type':'json_schema'}}}                    | structured_outputs
          {'output_format':{'type':'json_schema'}}                      | structured_outputs
          {'output_config':{'effort':'low','format':{'type':'json_schema'}}} | structured_outputs
          {'generationConfig':{'responseSchema':{}}}                    | structured_outputs
          {'generation_config':{'response_schema':{}}}                  | structured_outputs
          {'generationConfig':{'responseJsonSchema':{}}}                | structured_outputs
          {'generationConfig':{'response_mime_type':'application/json'}}| structured_outputs
          {'generationConfig':{'responseMimeType':'text/x.enum'}}       | structured_outputs
          {'generationConfig':{'responseMimeType':'text/plain'}}        |
          {'response_format':{'type':'text'}}                           |
          {'response_format':'b64_json'}                                |
          {'response_format':null}                                      |
          {'text':{'format':{'type':'text'},'verbosity':'low'}}         |
          {'cache_control':{'type':'ephemeral'}}                        | prompt_caching
          {'system':[{'type':'text','text':'x','cache_control':{}}]}    | prompt_caching
          {'messages':[{'content':[{'content':[{'cache_control':{}}]}]}]} | prompt_caching
          {'tools':[{'type':'file_search','cache_control':{}}]}         | prompt_caching
          {'prompt_cache_key':'x'}                                      | prompt_caching
          {'prompt_cache_retention':'24h'}                              | prompt_caching
          {'cachedContent':'cachedContents/x'}                          | prompt_caching
          {'cached_content':'cachedContents/x'}                         | prompt_caching
          {'messages':[{'cache_control':null}]}                         |
          {'transforms':['middle-out']}                                 | message_transforms
          {'plugins':[{'id':'context-compression'}]}                    | message_transforms
          {'transforms':[]}                                             |
          {'prompt':{'id':'pmpt_1'}}                                    | function_calling+vision+structured_outputs+web_search
          {'prompt':'a text'}                                           |
          {'prompt':['a','b']}                                          |
          {'model':'m','messages':[{'role':'user','content':'hi'}],'temperature':0.5,'n':1} |
          """)
  void notesWhatABodyUses(String body, @Nullable String features) {
    expect(body, features);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Tools':[]}",
        "{'TOOLS':[]}",
        "{'tool\u017f':[]}",
        "{'Response_Format':{}}",
        "{'\u212dache_control':{}}",
        "{'Functions':[]}",
        "{'transFORMS':[]}",
        "{'PromptCacheKey':'x','Prompt_Cache_Key':'x'}",
        "{'cachedcontent':'x'}",
        "{'Plugins':[]}",
        "{'Models':[]}",
      })
  void refusesNamesThatSomeReadersTakeForKnownOnes(String body) {
    // The letter like C is none to any reader.
    if (body.contains("\u212d")) {
      expect(body, null);
    } else {
      assertThat(inspect(body)).as(body).isInstanceOf(Inspection.Malformed.class);
    }
  }

  @Test
  void namesEveryModelThatMayRun() {
    assertThat(
            inspected(
                    "{'model':'a','models':['b','c'],'tools':[{'type':'image_generation','model':'d'}]}")
                .otherModels())
        .containsExactly("b", "c", "d");
  }

  @Test
  void findsTheModelBehindAnything() {
    Inspected found =
        inspected(
            "{'transforms':[[1],{'a':[]}],'images':[['x'],[]],'tools':[[{}],null],'plugins':[[1]],"
                + "'text':[{'format':[1]}],'function_call':{'a':[1]},'model':'m','stream':true}");

    assertThat(found.model()).isEqualTo("m");
    assertThat(found.stream()).isTrue();
  }

  @Test
  void takesAHandfulOfOtherModelsAndNoMore() {
    String few = "'a',".repeat(100_000) + "'b'";
    assertThat(inspected("{'model':'m','models':[%s]}".formatted(few)).otherModels())
        .containsExactly("a", "b");
    String many =
        IntStream.range(0, 65).mapToObj(i -> "'m" + i + "'").collect(Collectors.joining(","));
    assertThat(inspect("{'model':'m','models':[%s]}".formatted(many)))
        .isEqualTo(
            new Inspection.Malformed("The request names too many different models.", "models"));
  }
}
