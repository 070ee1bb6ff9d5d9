package dev.tollgate.deploy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.deploy.e2e.RawHttp.Reply;
import dev.tollgate.deploy.simulator.Answer;
import dev.tollgate.deploy.simulator.Header;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The usage that the gateway asks an OpenAI stream for, and takes out again. */
class UsageOptionIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String BEFORE =
      """
      data: {"id":"1","choices":[{"delta":{"content":"na\\u00efve 🚀"}}],"usage":null}

      : a comment

      data:{"choices" : [{"delta":{"content":"\\"choices\\":[]"},"finish_reason":"stop"}]}

      """;
  private static final String EXTRA =
      "data: {\"id\":\"1\",\"choices\":[],"
          + "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,\"total_tokens\":18}}\n\n";
  private static final String AFTER = "data: [DONE]\n\n";

  private final Bed bed = Bed.shared();
  private final Tenant tenant = bed.tenantWithProviders();
  private final Tenant.Key key = tenant.key();

  @BeforeEach
  void answerWithAnExtraChunk() {
    byte[] body = (BEFORE + EXTRA + AFTER).getBytes(UTF_8);
    int[] cuts = IntStream.range(1, body.length / 5).map(i -> i * 5).toArray();
    bed.simulator()
        .respondWith(
            Answer.scripted(
                200,
                List.of(new Header("content-type", "text/event-stream; charset=utf-8")),
                body,
                cuts));
  }

  @AfterEach
  void behaveAgain() {
    bed.simulator().respondNormally();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"gpt-4o\",\"messages\":[],\"stream\":true}",
        "{ \"stream\" : true , \"model\":\"gpt-4o\" }",
        "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_usage\":false}}",
        "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{}}",
        "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_obfuscation\":false}}",
        "{\"stream_options\":null,\"model\":\"gpt-4o\",\"stream\":true}",
      })
  void isAskedForAndTakenOutAgain(String request) {
    String id = Wire.newId();
    Reply reply = chat(request, id);
    assertThat(reply.text()).isEqualTo(BEFORE + AFTER);
    assertThat(reply.ended()).isTrue();
    JsonNode sent = JSON.readTree(bed.upstream(id).body());
    assertThat(sent.at("/stream_options/include_usage").asBoolean()).isTrue();
    assertThat(withoutOption(sent)).isEqualTo(withoutOption(JSON.readTree(request)));
    assertUsage();
  }

  @Test
  void otherStreamOptionsStay() {
    String id = Wire.newId();
    chat(
        "{\"model\":\"gpt-4o\",\"stream\":true,\"stream_options\":{\"include_obfuscation\":false}}",
        id);
    JsonNode options = JSON.readTree(bed.upstream(id).body()).path("stream_options");
    assertThat(options.path("include_obfuscation").asBoolean(true)).isFalse();
    assertThat(options.path("include_usage").asBoolean(false)).isTrue();
  }

  @Test
  void passesWhereTheClientAskedForIt() {
    String request =
        "{\"model\":\"gpt-4o\", \"stream\":true,\"stream_options\":{\"include_usage\":true}}";
    String id = Wire.newId();
    Reply reply = chat(request, id);
    assertThat(reply.text()).isEqualTo(BEFORE + EXTRA + AFTER);
    assertThat(new String(bed.upstream(id).body(), UTF_8)).isEqualTo(request);
    assertUsage();
  }

  @Test
  void isNotAskedForWhereTheAnswerIsNoStream() {
    String request = "{\"model\":\"gpt-4o\",\"stream\":false,\"messages\":[]}";
    String id = Wire.newId();
    chat(request, id);
    assertThat(new String(bed.upstream(id).body(), UTF_8)).isEqualTo(request);
  }

  private Reply chat(String request, String id) {
    Reply reply =
        bed.http()
            .post(
                "/v1/chat/completions", request, Wire.OPENAI.keyHeader(key.token()), Wire.mark(id));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return reply;
  }

  private void assertUsage() {
    JsonNode row = tenant.onlyUsage(key);
    assertThat(row.at("/tokens/input").asLong()).isEqualTo(11);
    assertThat(row.at("/tokens/output").asLong()).isEqualTo(7);
  }

  private static JsonNode withoutOption(JsonNode request) {
    JsonNode copy = request.deepCopy();
    ((tools.jackson.databind.node.ObjectNode) copy).remove("stream_options");
    return copy;
  }
}
