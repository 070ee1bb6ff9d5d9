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

class SpokenTextTest {

  private final WholeBody body =
      new WholeBody(Unpooled.copiedBuffer("{\"model\":\"m\",\"input\":\"Grüß 🙂\"}", UTF_8));

  private long charactersOf(Operation operation) {
    RequestContent content =
        new RequestContent("m", null, false, new Body.Whole(body), null, Features.NONE, List.of());
    return SpokenText.charactersOf(operation, content);
  }

  @Test
  void countsCharactersOfSpeechAlone() {
    assertThat(charactersOf(Operation.AUDIO)).isEqualTo(6);
    assertThat(charactersOf(Operation.EMBEDDINGS)).isZero();
  }

  @Test
  void doesNotTouchABodyWhoseRequestIsGone() {
    body.leave();
    assertThat(body.bytes().refCnt()).isZero();
    assertThat(charactersOf(Operation.AUDIO)).isZero();
  }
}
