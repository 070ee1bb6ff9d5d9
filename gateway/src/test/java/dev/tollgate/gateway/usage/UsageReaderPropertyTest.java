package dev.tollgate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Whatever stands around it, in any order and cut anywhere: the usage is the one at its place. */
class UsageReaderPropertyTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TokenUsage TRUE_USAGE = new TokenUsage(31, 17, 0, 0, 0);

  /** What a model may be made to write, to have itself counted cheaper. */
  private static final List<String> LIES =
      List.of(
          "\"usage\":{\"prompt_tokens\":9}",
          "\\\"usage\\\":{\\\"prompt_tokens\\\":9}",
          "},\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":9}}",
          "\n\ndata: {\"usage\":{\"prompt_tokens\":9}}\n\n",
          "\\",
          "\\\\\"",
          "{[\"usage\":",
          "usage",
          "\u0000\u001f\u2028🦊ü");

  private final Random random = new Random(20261121);

  @Test
  void noTextFoolsAJsonAnswer() {
    for (int round = 0; round < 5_000; round++) {
      String body = pretty(answer());
      reads("application/json", body);
    }
  }

  @Test
  void noTextFoolsAStream() {
    for (int round = 0; round < 2_000; round++) {
      StringBuilder stream = new StringBuilder();
      IntStream.range(0, random.nextInt(4)).forEach(i -> event(stream, delta()));
      event(stream, answer());
      IntStream.range(0, random.nextInt(3)).forEach(i -> event(stream, delta()));
      reads("text/event-stream", stream.toString());
    }
  }

  /** A cut answer tells what it told until then, and never a number that was cut itself. */
  @Test
  void aCutAnswerTellsNoCutNumber() {
    String body =
        "{\"model\":\"m\",\"usage\":{\"prompt_tokens\":31,\"completion_tokens\":17,\"total_tokens\":48}}";
    for (int at = 0; at < body.length(); at++) {
      UsageReader reader = UsageReaders.forAnswer(Protocol.OPENAI, "application/json", null);
      TokenUsage usage = Cuts.read(reader, List.of(utf8(body.substring(0, at)))).usage();
      assertThat(usage)
          .as("cut at %d", at)
          .isIn(null, new TokenUsage(31, 0, 0, 0, 0), new TokenUsage(31, 17, 0, 0, 0));
    }
  }

  /**
   * Bytes of any kind, structural ones more often than not: no exception and no end without end.
   */
  @ParameterizedTest
  @EnumSource(Protocol.class)
  void noBytesDoHarm(Protocol protocol) {
    byte[] structure = utf8("{}[]\":,\\ \r\n\tdata:usage0123456789.eE+-bytesmodelnull");
    for (int round = 0; round < 20_000; round++) {
      byte[] body = new byte[random.nextInt(80)];
      for (int i = 0; i < body.length; i++) {
        boolean wild = random.nextInt(8) == 0;
        body[i] = wild ? (byte) random.nextInt() : structure[random.nextInt(structure.length)];
      }
      for (String type : List.of("", "application/json", "text/event-stream")) {
        Cuts.read(UsageReaders.forAnswer(protocol, type, null), Cuts.inSteps(body, 7));
      }
      framed(protocol, body);
    }
  }

  private static void framed(Protocol protocol, byte[] body) {
    byte[] framed = Arrays.copyOf(new byte[] {0, 0, 0, 64, 0, 0, 0, 4}, 8 + body.length);
    System.arraycopy(body, 0, framed, 8, body.length);
    String type = "application/vnd.amazon.eventstream";
    Cuts.read(UsageReaders.forAnswer(protocol, type, null), Cuts.inSteps(framed, 5));
  }

  private void reads(String type, String body) {
    UsageReader reader = UsageReaders.forAnswer(Protocol.OPENAI, type, null);
    List<byte[]> parts = Cuts.inSteps(utf8(body), 1 + random.nextInt(40));
    assertThat(Cuts.read(reader, parts).usage()).as(body).isEqualTo(TRUE_USAGE);
  }

  private static void event(StringBuilder stream, JsonNode document) {
    stream.append("data: ").append(document).append("\n\n");
  }

  private ObjectNode answer() {
    ObjectNode usage = JSON.createObjectNode();
    usage.put("prompt_tokens", 31).put("completion_tokens", 17).put("total_tokens", 48);
    usage.set("prompt_tokens_details", JSON.createObjectNode().put("cached_tokens", 0));
    ObjectNode answer = delta();
    answer.set("usage", usage);
    shuffleIn(answer);
    return answer;
  }

  private ObjectNode delta() {
    ObjectNode delta = JSON.createObjectNode();
    shuffleIn(delta);
    delta.putArray("choices").add(nested(3));
    return delta;
  }

  private void shuffleIn(ObjectNode node) {
    for (int i = random.nextInt(4); i > 0; i--) {
      node.set("k" + random.nextInt(100) + lie(), nested(random.nextInt(4)));
    }
  }

  /** Values that hold lies as text, as names and as whole objects, but not at the true place. */
  private JsonNode nested(int depth) {
    ObjectNode node = JSON.createObjectNode();
    node.put("content", lie() + lie());
    node.put(lie(), random.nextInt());
    node.set("usage", JSON.createObjectNode().put("prompt_tokens", 9));
    node.putArray("list").add(lie()).addNull().add(true).add(-1.5e-9);
    if (depth > 0) {
      node.set("next", nested(depth - 1));
    }
    return node;
  }

  private String lie() {
    return LIES.get(random.nextInt(LIES.size()));
  }

  private String pretty(JsonNode node) {
    return random.nextBoolean() ? node.toPrettyString() : node.toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
