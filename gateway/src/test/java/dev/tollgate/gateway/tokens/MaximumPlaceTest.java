package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.inspection.BodyEdit;
import dev.tollgate.gateway.inspection.BodyEdits;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

class MaximumPlaceTest {

  /** Refuses what stands twice. */
  private static final JsonMapper STRICT =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final String GEMINI = "/v1beta/models/m:generateContent";

  /** With single quotes where JSON has double ones. */
  private static TokenEstimate read(String path, String provider, String json) {
    Operation operation =
        path.endsWith("completions") && !path.contains("chat")
            ? Operation.COMPLETIONS
            : Operation.CHAT_COMPLETION;
    Endpoint known = Endpoint.of(Protocol.OPENAI, operation, path);
    Endpoint endpoint =
        new Endpoint(known.protocol(), known.operation(), known.rule().readBy(provider));
    return Bodies.read("m", endpoint, quoted(json));
  }

  private static byte[] quoted(String json) {
    return json.replace('\'', '"').getBytes(UTF_8);
  }

  private static String edited(String json, List<BodyEdit> edits) {
    ByteBuf body = Unpooled.wrappedBuffer(quoted(json));
    ByteBuf sent = BodyEdits.NONE.and(edits).applyTo(body, UnpooledByteBufAllocator.DEFAULT);
    return sent.toString(UTF_8).replace('"', '\'');
  }

  private static String bounded(String path, String provider, String json) {
    return edited(json, requireNonNull(read(path, provider, json).place()).asking(7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "/v1/chat/completions | openai | {'a':1} | {'a':1,'max_completion_tokens':7}",
        "/v1/chat/completions | custom | {'a':1 } | {'a':1 ,'max_tokens':7}",
        "/v1/chat/completions | openai | { } | { 'max_completion_tokens':7}",
        "/v1/chat/completions | openai | {'a':{'max_tokens':1,'b':[{}]}}"
            + " | {'a':{'max_tokens':1,'b':[{}]},'max_completion_tokens':7}",
        "/v1/chat/completions | openai | {'max_tokens':null,'a':1}"
            + " | {'max_tokens':null,'a':1,'max_completion_tokens':7}",
        "/v1/chat/completions | openai | {'max_completion_tokens': null ,'a':1}"
            + " | {'max_completion_tokens': 7 ,'a':1}",
        "/v1/chat/completions | vllm | {'max_tokens':-1,'a':1} | {'max_tokens':7,'a':1}",
        "/v1/chat/completions | custom | {'max_tokens':null} | {'max_tokens':7}",
        "/v1/chat/completions | custom | {'max_tokens':'lots','a':1} | {'max_tokens':7,'a':1}",
        "/v1/chat/completions | custom | {'max_tokens':{'a':[1]}} | {'max_tokens':7}",
        "/v1/chat/completions | custom | {'max_completion_tokens':5}"
            + " | {'max_completion_tokens':5,'max_tokens':7}",
        "/v1/completions | openai | {'prompt':'a'} | {'prompt':'a','max_tokens':7}",
        "/v1/responses | openai | {'input':'€'} | {'input':'€','max_output_tokens':7}",
        "/v1/messages | anthropic | {'max_tokens':0} | {'max_tokens':7}",
        "/cohere/v2/chat | cohere | {'messages':[]} | {'messages':[],'max_tokens':7}",
        GEMINI + " | gemini | {} | {'generationConfig':{'maxOutputTokens':7}}",
        GEMINI + " | gemini | {'a':1} | {'a':1,'generationConfig':{'maxOutputTokens':7}}",
        GEMINI
            + " | gemini | {'generationConfig':{ },'a':1}"
            + " | {'generationConfig':{ 'maxOutputTokens':7},'a':1}",
        GEMINI
            + " | gemini | {'generationConfig':{'a':{'b':1}}}"
            + " | {'generationConfig':{'a':{'b':1},'maxOutputTokens':7}}",
        GEMINI
            + " | gemini | {'generation_config':{'max_output_tokens':null}}"
            + " | {'generation_config':{'max_output_tokens':7}}",
        GEMINI
            + " | gemini | {'generationConfig':null,'a':1}"
            + " | {'generationConfig':{'maxOutputTokens':7},'a':1}",
        GEMINI
            + " | gemini | {'x':{'generationConfig':{}}}"
            + " | {'x':{'generationConfig':{}},'generationConfig':{'maxOutputTokens':7}}",
        GEMINI
            + " | gemini | {'maxOutputTokens':9}"
            + " | {'maxOutputTokens':9,'generationConfig':{'maxOutputTokens':7}}",
        "/b/model/m/converse | bedrock | {'inferenceConfig':{'temperature':1}}"
            + " | {'inferenceConfig':{'temperature':1,'maxTokens':7}}",
        "/o/api/chat | ollama | {'options':{'num_predict':-1,'seed':1}}"
            + " | {'options':{'num_predict':7,'seed':1}}",
        "/o/api/generate | ollama | {'prompt':'a'} | {'prompt':'a','options':{'num_predict':7}}",
      })
  void asksWhereTheProviderReadsIt(String path, String provider, String json, String sent) {
    assertThat(bounded(path, provider, json)).isEqualTo(sent);
    assertThat(STRICT.readTree(sent.replace('\'', '"')).isObject()).isTrue();
    assertThat(read(path, provider, sent).maxOutput()).isEqualTo(7);
  }

  /** Whichever of them a provider takes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "/v1/messages | {'max_tokens':null,'max_tokens':0} | {'max_tokens':7,'max_tokens':7}",
        GEMINI
            + " | {'generationConfig':{},'generation_config':{'a':1}}"
            + " | {'generationConfig':{'maxOutputTokens':7},"
            + "'generation_config':{'a':1,'maxOutputTokens':7}}",
      })
  void asksInAllThatStandTwice(String path, String json, String sent) {
    assertThat(bounded(path, "any", json)).isEqualTo(sent);
  }

  /** Which of them a provider reads is its own affair. */
  @Test
  void hasNoPlaceWhereOneStandsTwice() {
    String chat = "/v1/chat/completions";
    assertThat(read(chat, "openai", "{'max_tokens':5,'max_tokens':null}").place()).isNull();
    assertThat(read(chat, "openai", "{'max_tokens':null,'max_tokens':5}").place()).isNull();
  }

  @Test
  void hasNoPlaceInABodyOfThousands() {
    String many = "{" + "'max_tokens':0,".repeat(100_000) + "'a':1}";
    assertThat(read("/v1/messages", "any", many).place()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'generationConfig':'x'}", "{'generationConfig':[]}", "{'generationConfig':7}"})
  void leavesWhatTheProviderRefuses(String json) {
    assertThat(bounded(GEMINI, "gemini", json)).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "/v1/chat/completions | {'max_tokens':5}",
        GEMINI + " | {'generationConfig':{'maxOutputTokens':5}}",
        "/openai/foo/bar | {'max_tokens':5}",
        "/openai/foo/bar | {}",
      })
  void hasNoneWhereOneIsSetOrNoneIsRead(String path, String json) {
    assertThat(read(path, "openai", json).place()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {8_100, 8_170, 8_180, 8_190, 8_192, 8_200, 50_000})
  void findsItBehindWindowsOfText(int length) {
    String text = "'text':'" + "ä".repeat(length) + "','n':1,";
    for (String rest : new String[] {"'max_tokens': null", "'max_tokens':0.0", "'a':{'b':'c'} "}) {
      String json = "  {" + text + rest + "} ";
      String sent = bounded("/v1/messages", "anthropic", json);
      assertThat(STRICT.readTree(sent.replace('\'', '"')).get("max_tokens").asLong()).isEqualTo(7);
      assertThat(sent).startsWith("  {" + text).endsWith("} ");
    }
  }

  @Test
  void findsItInABufferThatBeginsLater() {
    ByteBuf body = Unpooled.copiedBuffer("xxxx{\"a\":1}", UTF_8).skipBytes(4);
    Endpoint endpoint = Bodies.endpoint(Protocol.ANTHROPIC, Operation.CHAT_COMPLETION);
    PromptReader reader =
        new PromptReader(
            new JsonBody(body), new TextEstimate(), new PromptReader.Asked("m", null, endpoint));
    List<BodyEdit> edits = requireNonNull(reader.read().place()).asking(7);
    assertThat(BodyEdits.NONE.and(edits).applyTo(body, UnpooledByteBufAllocator.DEFAULT))
        .isEqualTo(Unpooled.copiedBuffer("{\"a\":1,\"max_tokens\":7}", UTF_8));
  }

  @Test
  void knowsWhoWritesLittleUnasked() {
    assertThat(MaximumRule.COMPLETIONS.unasked("openai")).isEqualTo(16);
    assertThat(MaximumRule.COMPLETIONS.unasked("fireworks")).isNull();
    assertThat(MaximumRule.CHAT.unasked("openai")).isNull();
  }
}
