package dev.tollgate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventUsageReaderTest {

  private final EventUsageReader reader = new EventUsageReader(Protocol.OPENAI);

  @Test
  void sumsWhatEachResponseTook() {
    event("{\"type\":\"session.created\",\"session\":{\"model\":\"gpt-realtime-2025\"}}");
    event(done(100, 30, 60));
    event("{\"type\":\"response.output_text.delta\",\"delta\":\"\\\"usage\\\":{\"}");
    event(done(7, 3, 0));
    assertThat(reader.read())
        .isEqualTo(new UsageReading(new TokenUsage(107, 33, 60, 0, 0), "gpt-realtime-2025"));
  }

  @Test
  void readsEventsCutAnywhere() {
    String event = done(100, 30, 60);
    for (int cut = 1; cut < event.length(); cut++) {
      EventUsageReader cutReader = new EventUsageReader(Protocol.OPENAI);
      cutReader.accept(bytes(event.substring(0, cut)));
      cutReader.accept(bytes(event.substring(cut)));
      cutReader.eventEnded();
      assertThat(cutReader.read().usage()).isEqualTo(new TokenUsage(100, 30, 60, 0, 0));
    }
  }

  @Test
  void saysNothingWhereNoEventDid() {
    event("{\"type\":\"session.created\"}");
    event("not json {");
    assertThat(reader.read()).isEqualTo(UsageReading.NOTHING);
  }

  @Test
  void isNotThrownOffByAnEventThatIsNoJson() {
    event("{\"response\":{\"usage\":{\"input_tokens\":");
    event(done(5, 6, 0));
    assertThat(reader.read().usage()).isEqualTo(new TokenUsage(5, 6, 0, 0, 0));
  }

  private static String done(int input, int output, int cached) {
    return ("{\"type\":\"response.done\",\"response\":{\"id\":\"r\",\"usage\":{\"total_tokens\":%d,"
            + "\"input_tokens\":%d,\"output_tokens\":%d,\"input_token_details\":{\"cached_tokens\":%d,"
            + "\"text_tokens\":1}}}}")
        .formatted(input + output, input, output, cached);
  }

  private void event(String json) {
    reader.accept(bytes(json));
    reader.eventEnded();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }
}
