package dev.tollgate.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.tokens.OutputTokens;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the model wrote counts as it passes, and nothing else. */
class OutputTokensTest {

  private final OutputTokens passed = new OutputTokens();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "OPENAI | {'choices':[{'delta':{'content':'TEXT'}}]}",
        "OPENAI | {'choices':[{'delta':{'reasoning_content':'TEXT'}}]}",
        "OPENAI | {'choices':[{'delta':{'tool_calls':[{'function':{'arguments':'TEXT'}}]}}]}",
        "OPENAI | {'choices':[{'message':{'content':'TEXT'}}]}",
        "OPENAI | {'choices':[{'message':{'content':[{'type':'text','text':'TEXT'}]}}]}",
        "OPENAI | {'choices':[{'text':'TEXT'}]}",
        "OPENAI | {'type':'response.output_text.delta','delta':'TEXT'}",
        "OPENAI | {'output':[{'type':'message','content':[{'type':'output_text','text':'TEXT'}]}]}",
        "OPENAI | {'output':[{'type':'function_call','arguments':'TEXT'}]}",
        "ANTHROPIC | {'type':'content_block_delta','delta':{'text':'TEXT'}}",
        "ANTHROPIC | {'type':'content_block_delta','delta':{'partial_json':'TEXT'}}",
        "ANTHROPIC | {'type':'content_block_delta','delta':{'thinking':'TEXT'}}",
        "ANTHROPIC | {'content':[{'type':'tool_use','input':{'a':['TEXT']}}]}",
        "GEMINI | {'candidates':[{'content':{'parts':[{'text':'TEXT'}]}}]}",
        "GEMINI | [{'candidates':[{'content':{'parts':[{'functionCall':{'args':{'a':'TEXT'}}}]}}]}]",
        "PASS_THROUGH | {'delta':{'toolUse':{'input':'TEXT'}}}",
        "PASS_THROUGH | {'message':{'content':[{'type':'text','text':'TEXT'}]}}",
        "PASS_THROUGH | {'response':'TEXT'}"
      })
  void countsWhatTheModelWrote(Protocol protocol, String json) {
    pass(protocol, "application/json", json.replace("TEXT", "some words ".repeat(100)));
    assertThat(passed.estimate()).isBetween(200L, 600L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "OPENAI | {'id':'TEXT','choices':[{'delta':{},'logprobs':{'content':['TEXT']}}]}",
        "OPENAI | {'type':'response.output_text.done','text':'TEXT'}",
        "OPENAI | {'type':'response.completed','response':{'output':[{'content':[{'text':'TEXT'}]}]}}",
        "OPENAI | {'data':[{'embedding':'TEXT'}]}",
        "ANTHROPIC | {'type':'message_start','message':{'id':'TEXT'}}",
        "GEMINI | {'modelVersion':'TEXT','candidates':[{'content':{'role':'TEXT'}}]}"
      })
  void countsNothingElse(Protocol protocol, String json) {
    pass(protocol, "application/json", json.replace("TEXT", "some words ".repeat(100)));
    assertThat(passed.estimate()).isZero();
  }

  private UsageReading afterEvents(String... events) {
    UsageReader reader =
        UsageReaders.forAnswer(Protocol.ANTHROPIC, "text/event-stream", null, passed);
    for (String event : events) {
      String line = "data: " + event.replace('\'', '"') + "\n\n";
      reader.accept(Unpooled.wrappedBuffer(line.getBytes(UTF_8)));
    }
    return reader.read();
  }

  @Test
  void tellsWhatHadPassedWhenTheProviderToldLast() {
    String start =
        "{'type':'message_start','message':{'usage':{'input_tokens':5,'output_tokens':1}}}";
    String word = "{'type':'content_block_delta','delta':{'text':'word '}}";
    String end = "{'type':'message_delta','usage':{'output_tokens':2}}";

    UsageReading cut = afterEvents(start, word, word);
    assertThat(Objects.requireNonNull(cut.usage()).output()).isEqualTo(1);
    assertThat(cut.passedWhenTold()).isZero();
    assertThat(passed.estimate()).isGreaterThan(1);

    UsageReading whole = afterEvents(start, word, word, end);
    assertThat(Objects.requireNonNull(whole.usage()).output()).isEqualTo(2);
    assertThat(whole.passedWhenTold()).isEqualTo(passed.estimate());
  }

  @Test
  void canBeAskedWhileTheStreamGoesOn() {
    UsageReader reader = UsageReaders.forAnswer(Protocol.OPENAI, "text/event-stream", null, passed);
    long before = 0;
    for (int i = 0; i < 20; i++) {
      String event = "data: {\"choices\":[{\"delta\":{\"content\":\" word\"}}]}\n\n";
      reader.accept(Unpooled.wrappedBuffer(event.getBytes(UTF_8)));
      assertThat(passed.estimate()).isGreaterThan(before);
      before = passed.estimate();
    }
    assertThat(before).isBetween(20L, 60L);
    assertThat(reader.read().usage()).isNull();
  }

  @Test
  void countsAtLeastATokenAPiece() {
    StringBuilder stream = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      stream.append("data: {\"choices\":[{\"delta\":{\"content\":\" \"}}]}\n\n");
    }
    pass(Protocol.OPENAI, "text/event-stream", stream.toString());
    assertThat(passed.estimate()).isGreaterThanOrEqualTo(50);
  }

  @Test
  void countsCallsOfTools() {
    pass(
        Protocol.ANTHROPIC,
        "application/json",
        "{'content':[{'type':'tool_use','name':'f','input':{}}]}");
    assertThat(passed.estimate()).isGreaterThan(30);
  }

  /** Escapes are decoded: an ideograph is not the six signs that stand for it. */
  @Test
  void countsEscapesForWhatTheyStandFor() {
    pass(
        Protocol.OPENAI,
        "application/json",
        "{'choices':[{'text':'" + "\\u4e2d".repeat(100) + "'}]}");
    assertThat(passed.estimate()).isBetween(100L, 180L);
  }

  private void pass(Protocol protocol, String type, String json) {
    UsageReader reader = UsageReaders.forAnswer(protocol, type, null, passed);
    String text = type.endsWith("json") ? json.replace('\'', '"') : json;
    reader.accept(Unpooled.wrappedBuffer(text.getBytes(UTF_8)));
    var _ = reader.read();
  }
}
