package dev.tollgate.gateway.prices;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.policy.Features;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpokenTextTest {

  private final WholeBody body =
      new WholeBody(Unpooled.copiedBuffer("{\"model\":\"m\",\"input\":\"Grüß 🙂\"}", UTF_8));

  private long charactersOf(Operation operation) {
    return charactersOf(operation, "/v1/audio/speech");
  }

  private long charactersOf(Operation operation, String path) {
    RequestContent content =
        new RequestContent("m", null, false, new Body.Whole(body), null, Features.NONE, List.of());
    return SpokenText.charactersOf(operation, path, content);
  }

  @Test
  void countsCharactersOfSpeechAlone() {
    assertThat(charactersOf(Operation.AUDIO)).isEqualTo(6);
    assertThat(charactersOf(Operation.EMBEDDINGS)).isZero();
  }

  @Test
  void countsThemBelowAServicesNameToo() {
    assertThat(charactersOf(Operation.PASSTHROUGH, "/openai/v1/audio/speech")).isEqualTo(6);
    assertThat(charactersOf(Operation.PASSTHROUGH, "/openai/v1/other")).isZero();
  }

  @Test
  void doesNotTouchABodyWhoseRequestIsGone() {
    body.leave();
    assertThat(body.bytes().refCnt()).isZero();
    assertThat(charactersOf(Operation.AUDIO)).isZero();
  }

  private static long characters(String json) {
    WholeBody body = new WholeBody(Unpooled.copiedBuffer(json, UTF_8));
    RequestContent content =
        new RequestContent("m", null, false, new Body.Whole(body), null, Features.NONE, List.of());
    return SpokenText.charactersOf(Operation.AUDIO, "/v1/audio/speech", content);
  }

  /** Whatever stands around it, and in whatever order: the provider speaks it all the same. */
  @Test
  void countsCharactersOfLongRequests() {
    String text = "a".repeat(4_000);
    String blanks = " ".repeat(70_000);
    assertThat(characters("{\"input\":\"%s\"%s}".formatted(text, blanks))).isEqualTo(4_000);
    assertThat(characters("%s{\"x\":\"%s\",\"input\":\"%s\"}".formatted(blanks, blanks, text)))
        .isEqualTo(4_000);
    assertThat(characters("{\"input\":\"%s\"}".formatted("é\\n\\u00e9".repeat(1 << 20))))
        .isEqualTo(3 << 20);
  }

  /** Some readers take the first, most the last, and those of Go whatever its case. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"input\":\"a\",\"input\":\"abcde\"}",
        "{\"input\":\"abcde\",\"input\":\"a\"}",
        "{\"input\":\"a\",\"Input\":\"abcde\"}",
        "{\"input\":\"a\",\"\\u0069nput\":\"abcde\"}",
        "{\"x\":{\"input\":\"much longer\"},\"input\":\"abcde\"}",
        "{\"input\":null,\"input\":[\"a\"]}"
      })
  void countsTheLongestOfSeveral(String json) {
    assertThat(characters(json)).isEqualTo(5);
  }
}
