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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;

class ImageRequestTest {

  private static final String PATH = "/v1/images/generations";
  private static final String PREDICT = "/gemini/v1beta/models/imagen-4.0-generate-001:predict";

  private static AskedImages asked(Operation operation, String path, Body body) {
    return ImageRequest.of(
        operation,
        path,
        new RequestContent("m", null, false, body, null, Features.NONE, List.of()));
  }

  private static Body json(String text) {
    return new Body.Whole(new WholeBody(Unpooled.copiedBuffer(text.replace('\'', '"'), UTF_8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      emptyValue = "",
      value = {
        "{'prompt':'p'} | 1 | '' | ''",
        "{'prompt':{'n':7},'n':4,'size':'256x256','quality':'hd'} | 4 | 256x256 | hd",
        "{'n':null,'size':null} | 1 | '' | ''",
        "{'size':'auto','quality':'auto'} | 1 | null | null",
        "{'n':'3','size':5,'quality':['hd']} | 10 | null | null",
        "{'n':2.0} | 10 | '' | ''",
        "{'n':99999999999} | 10 | '' | ''",
        "{'n':-3} | 1 | '' | ''",
        "{'n':9,'n':1,'size':'1x1','size':'2x2'} | 9 | null | ''",
        "[] | 10 | null | null",
      })
  void readsWhatIsAskedFor(
      String body, long count, @Nullable String size, @Nullable String quality) {
    assertThat(asked(Operation.IMAGES, PATH, json(body)))
        .isEqualTo(new AskedImages(count, size, quality));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'instances':[{'prompt':'p'}]} | 4",
        "{'instances':[{'prompt':'p','sampleCount':9}],'parameters':{'seed':[1],'sampleCount':2}} | 2",
        "{'parameters':7} | 4",
      })
  void readsWhatIsAskedOfImagen(String body, long count) {
    assertThat(asked(Operation.PASSTHROUGH, PREDICT, json(body)))
        .isEqualTo(new AskedImages(count, null, null));
  }

  @Test
  void asksForNoneElsewhere() {
    assertThat(asked(Operation.IMAGES, PATH, new Body.None())).isEqualTo(AskedImages.NONE);
    assertThat(asked(Operation.CHAT_COMPLETION, "/v1/chat/completions", json("{'n':2}")))
        .isEqualTo(AskedImages.NONE);
    assertThat(asked(Operation.PASSTHROUGH, "/openai/v1/chat/completions", json("{'n':2}")))
        .isEqualTo(AskedImages.NONE);
    assertThat(asked(Operation.PASSTHROUGH, "/openai" + PATH, json("{'n':2}")).count())
        .isEqualTo(2);
  }

  @Test
  void takesAFormForTheMost() {
    Body form = new Body.Passing(Flux.empty(), null, null);
    assertThat(asked(Operation.IMAGES, "/v1/images/edits", form)).isEqualTo(AskedImages.UNSEEN);
  }
}
