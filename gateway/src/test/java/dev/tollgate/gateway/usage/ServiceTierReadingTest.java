package dev.tollgate.gateway.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At which tier of service an answer says that it was served. */
class ServiceTierReadingTest {

  private static void reads(
      Protocol protocol, String type, String answer, @Nullable String serviceTier) {
    byte[] body = answer.replace('\'', '"').getBytes(UTF_8);
    Cuts.of(body)
        .forEach(parts ->
            assertThat(Cuts.read(UsageReaders.forAnswer(protocol, type, null), parts).serviceTier())
                .isEqualTo(serviceTier));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OPENAI | {'service_tier':'priority','usage':{'prompt_tokens':1}} | priority",
        "OPENAI | {'usage':{'prompt_tokens':1},'service_tier':'default'} | standard",
        "OPENAI | {'service_tier':'auto','usage':{'prompt_tokens':1}} |",
        "OPENAI | {'service_tier':null,'usage':{'prompt_tokens':1}} |",
        "OPENAI | {'choices':[{'message':{'service_tier':'priority'}}]} |",
        "ANTHROPIC | {'usage':{'input_tokens':1,'service_tier':'standard'}} | standard",
        "ANTHROPIC | {'usage':{'input_tokens':1,'service_tier':'standard','speed':'fast'}} | fast",
        "ANTHROPIC | {'usage':{'speed':'fast','service_tier':'standard'}} | fast",
        "ANTHROPIC | {'usage':{'speed':'standard','service_tier':'priority'}} | priority",
        "GEMINI | {'usageMetadata':{'promptTokenCount':1,'serviceTier':'flex'}} | flex",
        "PASS_THROUGH | {'serviceTier':{'type':'priority'},'usage':{'inputTokens':1}} | priority",
      })
  void aWholeAnswer(Protocol protocol, String answer, @Nullable String tier) {
    reads(protocol, "application/json", answer, tier);
  }

  private static String events(String... documents) {
    return Stream.of(documents)
        .map(document -> "data: " + document + "\n\n")
        .collect(Collectors.joining());
  }

  @Test
  void eachChunkOfAChatSaysIt() {
    String chunk = "{'service_tier':'priority','choices':[{'delta':{'content':'a'}}]}";
    reads(
        Protocol.OPENAI,
        "text/event-stream",
        events("{'service_tier':'auto','choices':[]}", chunk, chunk) + "data: [DONE]\n\n",
        "priority");
  }

  /** What is asked for stands there first, what was done in the end. */
  @Test
  void theLastEventOfAResponseHolds() {
    reads(
        Protocol.OPENAI,
        "text/event-stream",
        events(
            "{'type':'response.created','response':{'service_tier':'priority'}}",
            "{'type':'response.output_text.delta','delta':'a'}",
            "{'type':'response.completed','response':{'service_tier':'default','usage':{'input_tokens':1}}}"),
        "standard");
    reads(
        Protocol.OPENAI,
        "text/event-stream",
        events("{'type':'response.created','response':{'service_tier':'auto'}}"),
        null);
  }

  @Test
  void anAnthropicStreamSaysItAtItsBeginning() {
    reads(
        Protocol.ANTHROPIC,
        "text/event-stream",
        events(
            "{'type':'message_start','message':{'usage':{'input_tokens':1,'service_tier':'standard','speed':'fast'}}}",
            "{'type':'message_delta','usage':{'output_tokens':5}}"),
        "fast");
  }
}
