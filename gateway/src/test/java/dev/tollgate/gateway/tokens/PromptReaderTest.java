package dev.tollgate.gateway.tokens;

import static dev.tollgate.gateway.pipeline.Operation.CHAT_COMPLETION;
import static dev.tollgate.gateway.pipeline.Operation.COMPLETIONS;
import static dev.tollgate.gateway.pipeline.Operation.EMBEDDINGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptReaderTest {

  private static final String EMBEDDING = "text-embedding-3-small";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"input\":\"hello world\"}' | 2",
        "'{\"input\":[\"hello world\",\"hello world\"]}' | 4",
        "'{\"input\":[15339,1917]}' | 2",
        "'{\"input\":[[15339,1917],[1]],\"encoding_format\":\"float\"}' | 3",
        "'{\"input\":\"\",\"user\":\"somebody whose name is no prompt at all\"}' | 0"
      })
  void countsEmbeddings(String json, long expected) {
    TokenEstimate estimate = Bodies.read(EMBEDDING, Protocol.OPENAI, EMBEDDINGS, json);
    assertThat(estimate.input()).isEqualTo(expected);
    assertThat(estimate.exact()).isTrue();
    assertThat(estimate.maxOutput()).isZero();
  }

  @Test
  void countsCompletionsOfSeveralPrompts() {
    TokenEstimate estimate =
        Bodies.read(
            "gpt-3.5-turbo-instruct",
            Protocol.OPENAI,
            COMPLETIONS,
            """
            {"prompt":["hello world","tiktoken is great!"],"max_tokens":10,"n":2,"best_of":3}
            """);
    assertThat(estimate).isEqualTo(new TokenEstimate(8, true, false, 60L, 6));
  }

  /** With single quotes where JSON has double ones. */
  private static TokenEstimate at(String path, String json) {
    Operation operation =
        path.startsWith("/v1") ? Operation.CHAT_COMPLETION : Operation.PASSTHROUGH;
    Endpoint endpoint = Endpoint.of(Protocol.OPENAI, operation, path);
    return Bodies.read("m", endpoint, json.replace('\'', '"').getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "/v1/chat/completions | {'messages':[],'max_tokens':5} | 5",
        "/v1/chat/completions | {'max_completion_tokens':7,'max_tokens':5,'n':3} | 21",
        "/v1/chat/completions | {'max_tokens':5,'max_tokens':9,'messages':[]} | 9",
        "/v1/chat/completions | {'max_tokens':null,'max_completion_tokens':9} | 9",
        "/v1/chat/completions | {'max_tokens':1e3} | 1000",
        "/v1/chat/completions | {'max_tokens':99999999999999999999,'n':9} | 1000000000000",
        "/v1/responses | {'input':'','max_output_tokens':6} | 6",
        "/v1/responses | {'input':'','max_output_tokens':6,'messages':[],'max_tokens':1} | 6",
        "/v1/messages | {'messages':[],'max_tokens':1024} | 1024",
        "/v1beta/models/m:generateContent"
            + " | {'generationConfig':{'maxOutputTokens':9,'candidateCount':2}} | 18",
        "/v1beta/models/m:streamGenerateContent"
            + " | {'generation_config':{'max_output_tokens':9}} | 9",
        "/bedrock/model/m/converse | {'inferenceConfig':{'maxTokens':8}} | 8",
        "/ollama/api/chat | {'options':{'num_predict':8}} | 8",
        "/some/v1/chat/completions | {'max_tokens':8} | 8",
      })
  void readsTheMaximumWhereTheProviderDoes(String path, String json, long expected) {
    assertThat(at(path, json).maxOutput()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "/v1/chat/completions | {'messages':[],'max_output_tokens':6}",
        "/v1/chat/completions | {'messages':[],'max_new_tokens':6}",
        "/v1/chat/completions | {'messages':[],'x':{'max_tokens':6}}",
        "/v1/chat/completions | {'messages':[],'options':{'max_tokens':6}}",
        "/v1/chat/completions | {'messages':[{'role':'user','content':'','max_tokens':6}]}",
        "/v1/chat/completions | {'messages':[],'max_tokens':null}",
        "/v1/chat/completions | {'max_tokens':5,'max_tokens':null}",
        "/v1/chat/completions | {'Max_Tokens':6}",
        "/v1/chat/completions | {'max_tokens':6,'Max_Tokens':9000}",
        "/v1/responses | {'input':'','messages':[],'max_tokens':1}",
        "/v1/responses | {'input':'','generationConfig':{'maxOutputTokens':1}}",
        "/v1/messages | {'messages':[],'maxTokens':1024}",
        "/v1beta/models/m:generateContent | {'maxOutputTokens':9}",
        "/v1beta/models/m:generateContent | {'options':{'maxOutputTokens':9}}",
        "/v1beta/models/m:generateContent | {'x':{'generationConfig':{'maxOutputTokens':9}}}",
        "/v1beta/models/m:generateContent | {'generationConfig':{'x':{'maxOutputTokens':9}}}",
        "/v1beta/models/m:generateContent"
            + " | {'generationConfig':{'maxOutputTokens':9},'generation_config':{}}",
        "/openai/foo/bar | {'foo':{'max_tokens':1}}",
        "/openai/foo/bar | {'max_tokens':1}",
        "/openai/foo/bar | {'max_new_tokens':1}",
        "/openai/v1/chat/completions | {'max_new_tokens':1}",
        "/openai/v1/chat/completions | {'foo':{'max_tokens':1}}",
        "/openai/v1/responses/compact | {'max_output_tokens':1}",
      })
  void believesNoMaximumThatTheProviderDoesNotRead(String path, String json) {
    assertThat(at(path, json).maxOutput()).isNull();
  }

  /** Who speaks OpenAI's chat without the newer name of its maximum ignores that. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "openai,7",
        "azure-openai,7",
        "groq,7",
        "deepseek,5",
        "mistral,5",
        "custom,5",
        "none,5"
      })
  void believesTheNewerNameOfAMaximumOnlyOfThoseWhoReadIt(
      @Nullable String provider, long expected) {
    MaximumRule rule = MaximumRule.CHAT.readBy(provider);
    Endpoint endpoint = new Endpoint(Protocol.OPENAI, Operation.CHAT_COMPLETION, rule);
    String both = "{\"max_tokens\":5,\"max_completion_tokens\":7}";
    assertThat(Bodies.read("m", endpoint, both.getBytes(UTF_8)).maxOutput()).isEqualTo(expected);
    String newer = "{\"max_completion_tokens\":7}";
    assertThat(Bodies.read("m", endpoint, newer.getBytes(UTF_8)).maxOutput())
        .isEqualTo(expected == 7 ? 7L : null);
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"IMAGES", "AUDIO", "BATCHES"})
  void believesNoMaximumWhereNoneIs(Operation operation) {
    String json = "{\"input\":\"\",\"max_output_tokens\":1,\"max_tokens\":1,\"n\":2}";
    TokenEstimate estimate = Bodies.read("m", Protocol.OPENAI, operation, json);
    assertThat(estimate.maxOutput()).isNull();
    assertThat(estimate.choices()).isEqualTo(2);
  }

  /** Lax servers read a number in quotes, each in its way; OpenAI and Anthropic refuse it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'n':'128' | 128",
        "'n':' 1_28 ' | 128",
        "'n':'1e2' | 100",
        "'n':128.0 | 128",
        "'n':1e2 | 100",
        "'n':'٣' | 3",
        "'n':'0x10' | 128",
        "'n':'\\u0031' | 128",
        "'n':'' | 128",
        "'n':'00000000000000000000000000000000000000000000000000000000000000009' | 128",
        "'best_of':'7','n':2 | 7",
        "'n':'some' | 1",
        "'n':'-3' | 1",
        "'n':null | 1",
        "'messages':[{'role':'user','content':'','n':'9'}] | 1",
      })
  void readsHowManyAnswersAreAskedForHoweverWritten(String member, long choices) {
    assertThat(at("/v1/chat/completions", "{%s}".formatted(member)).choices()).isEqualTo(choices);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      nullValues = "none",
      value = {
        "/v1/chat/completions | {'max_tokens':'1'} | none",
        "/v1/chat/completions | {'max_tokens':'1','max_completion_tokens':5} | none",
        "/v1/chat/completions | {'max_tokens':{'a':1},'max_completion_tokens':5} | 5",
        "/v1/chat/completions | {'max_tokens':5.0} | 5",
        "/v1/messages | {'max_tokens':'1'} | none",
        "/v1beta/models/m:generateContent | {'generationConfig':{'maxOutputTokens':'7'}} | 7",
        "/v1beta/models/m:generateContent | {'generationConfig':{'maxOutputTokens':'-1'}} | none",
        "/v1beta/models/m:generateContent | {'generationConfig':{'maxOutputTokens':'x'}} | none",
      })
  void believesAMaximumInQuotesWhereTheProviderDoes(
      String path, String json, @Nullable Long expected) {
    assertThat(at(path, json).maxOutput()).isEqualTo(expected);
  }

  /** Many servers take it for "as long as it gets". */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "/v1/chat/completions | {'max_tokens':%s}",
        "/v1/chat/completions | {'max_tokens':5,'max_completion_tokens':%s}",
        "/v1/responses | {'input':'','max_output_tokens':%s}",
        "/v1/messages | {'messages':[],'max_tokens':%s}",
        "/v1beta/models/m:generateContent | {'generationConfig':{'maxOutputTokens':%s}}",
        "/ollama/api/chat | {'options':{'num_predict':%s}}",
      })
  void takesAMaximumOfNothingForNone(String path, String json) {
    for (String none : List.of("0", "-1", "-2", "0.5", "1e-999999999", "-1e30", "-0")) {
      assertThat(at(path, json.formatted(none)).maxOutput()).as(none).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OPENAI | '{\"messages\":[],\"reasoning_effort\":\"low\"}' | true",
        "OPENAI | '{\"input\":\"\",\"reasoning\":{\"effort\":\"high\"}}' | true",
        "OPENAI | '{\"messages\":[],\"include_reasoning\":false}' | true",
        "OPENAI | '{\"messages\":[],\"reasoning_effort\":null}' | false",
        "OPENAI | '{\"messages\":[{\"role\":\"assistant\",\"reasoning\":\"hm\"}]}' | false",
        "ANTHROPIC | '{\"messages\":[],\"thinking\":{\"type\":\"adaptive\"}}' | true",
        "GEMINI | '{\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":-1}}}' | true",
        "GEMINI | '{\"generation_config\":{\"thinking_config\":{}}}' | true",
        "PASS_THROUGH | '{\"additionalModelRequestFields\":{\"thinking\":{}}}' | true",
        "OPENAI | '{\"messages\":[{\"role\":\"user\",\"content\":\"reasoning\"}]}' | false"
      })
  void readsWhetherTheRequestSaysHowToReason(Protocol protocol, String json, boolean expected) {
    assertThat(Bodies.read("m", protocol, CHAT_COMPLETION, json).reasons()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"input\":\"x\",\"previous_response_id\":\"resp_1\"}",
        "{\"input\":\"x\",\"conversation\":{\"id\":\"conv_1\"}}",
        "{\"prompt\":{\"id\":\"pmpt_1\"}}",
        "{\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]}",
        "{\"input\":[{\"id\":\"msg_1\",\"type\":\"item_reference\"},{\"role\":\"user\",\"content\":\"x\"}]}",
        "{\"input\":[{\"id\":\"msg_1\"}]}",
        "{\"messages\":[{\"role\":\"assistant\",\"audio\":{\"id\":\"audio_1\"}}]}",
        "{\"contents\":[],\"cachedContent\":\"cachedContents/1\"}",
        "{\"contents\":[{\"parts\":[{\"fileData\":{\"mimeType\":\"application/pdf\",\"fileUri\":\"https://x/y\"}}]}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}]}]}",
        "{\"messages\":[],\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]}",
        "{\"contents\":[],\"tools\":[{\"googleSearch\":{}}]}"
      })
  void tellsWhatTheProviderAdds(String json) {
    assertThat(Bodies.chat("gpt-4o", json).open()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"messages\":[{\"role\":\"user\",\"content\":\"TEXT\"}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"TEXT\"}]}]}",
        "{\"Messages\":[{\"Role\":\"user\",\"Content\":\"TEXT\"}]}",
        "{\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"1\",\"content\":\"TEXT\"}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"\",\"tool_call_id\":\"TEXT\"}]}",
        "{\"messages\":[{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"TEXT\"}}]}]}",
        "{\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"TEXT\"}]}",
        "{\"input\":\"x\",\"instructions\":\"TEXT\"}",
        "{\"system\":[{\"type\":\"text\",\"text\":\"TEXT\"}],\"messages\":[]}",
        "{\"messages\":[{\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"id\":\"TEXT\"}}]}]}",
        "{\"messages\":[{\"content\":[{\"type\":\"tool_use\",\"name\":\"f\",\"input\":{\"TEXT\":1}}]}]}",
        "{\"messages\":[{\"content\":[{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"TEXT\"}}]}]}",
        "{\"messages\":[{\"content\":[{\"type\":\"document\",\"source\":{\"data\":\"TEXT\",\"media_type\":\"text/plain\"}}]}]}",
        "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"TEXT\"}]}]}",
        "{\"contents\":{\"parts\":{\"text\":\"TEXT\"}}}",
        "{\"system_instruction\":{\"parts\":[{\"text\":\"TEXT\"}]}}",
        "{\"contents\":[{\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":{\"a\":\"TEXT\"}}}]}]}",
        "{\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"description\":\"TEXT\"}]}]}",
        "{\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{\"properties\":{\"a\":{\"const\":\"TEXT\"}}}}]}",
        "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"properties\":{\"TEXT\":{\"type\":\"string\"}}}}}]}",
        "{\"functions\":[{\"name\":\"f\",\"parameters\":{\"anyOf\":[{\"enum\":[\"TEXT\"]}]}}]}",
        "{\"messages\":[],\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"title\":\"TEXT\"}}}}",
        "{\"messages\":[],\"unheard_of\":\"TEXT\"}",
        "{\"unheard_of\":{\"deep\":[{\"down\":\"TEXT\"}]}}",
        "{\"message\":\"x\",\"chat_history\":[{\"role\":\"USER\",\"message\":\"TEXT\"}]}"
      })
  void countsTextWhereverItStands(String json) {
    String text = "Words that are read by the model. ".repeat(100).strip();
    for (String model : new String[] {"gpt-4o", "claude-sonnet-4-5", "other"}) {
      for (Protocol protocol : Protocol.values()) {
        long without =
            Bodies.read(model, protocol, CHAT_COMPLETION, json.replace("TEXT", "")).input();
        long with =
            Bodies.read(model, protocol, CHAT_COMPLETION, json.replace("TEXT", text)).input();
        assertThat(with - without).isBetween(790L, 2_000L);
      }
    }
  }

  @Test
  void doesNotCountSettings() {
    TokenEstimate bare =
        Bodies.chat("gpt-4o", "{\"messages\":[{\"role\":\"user\",\"content\":\"hello world\"}]}");
    TokenEstimate set =
        Bodies.chat(
            "gpt-4o",
            """
            {"model":"gpt-4o","messages":[{"role":"user","content":"hello world"}],
            "metadata":{"a":"%s"},"user":"%s","reasoning_effort":"high","stop":["some words"],
            "tool_choice":{"type":"function","function":{"name":"get_current_weather"}},
            "stream_options":{"include_usage":true},"temperature":0.5,"logit_bias":{"1":2}}
            """
                .formatted("long ".repeat(50), "x".repeat(60)));
    assertThat(bare.input()).isEqualTo(9);
    assertThat(set.reasons()).isTrue();
    assertThat(set).usingRecursiveComparison().ignoringFields("reasons", "place").isEqualTo(bare);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"messages\":[",
        "[1",
        "\"",
        "{\"a\"",
        "{\"a\":tru",
        "}}",
        "{\"input\":{"
      })
  void endsOnWhatIsNoJson(String json) {
    assertThat(Bodies.read("m", Protocol.OPENAI, Operation.CHAT_COMPLETION, json).input())
        .isLessThan(50);
  }
}
