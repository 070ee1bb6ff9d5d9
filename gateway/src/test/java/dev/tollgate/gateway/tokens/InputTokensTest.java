package dev.tollgate.gateway.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.inspection.FormChoices;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.policy.Features;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class InputTokensTest {

  private static final Endpoint CHAT = Bodies.endpoint(Protocol.OPENAI, Operation.CHAT_COMPLETION);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Scheduler offLoop = Schedulers.newSingle("counting");
  private final InputTokens tokens =
      new InputTokens(
          new TokensProperties(
              DataSize.ofKilobytes(16), Duration.ofMillis(100), Duration.ofSeconds(10)),
          offLoop);

  @AfterEach
  void stop() {
    offLoop.dispose();
  }

  @Test
  void countsAtOnceOnceTheEncodingIsThere() {
    RequestContent request = request("gpt-4o", "hello world");
    assertThat(threadOf(request)).startsWith("counting");
    assertThat(threadOf(request)).isEqualTo(Thread.currentThread().getName());
    assertThat(threadOf(request("gpt-4o", "word ".repeat(4_000)))).startsWith("counting");
    assertThat(count(request).input()).isEqualTo(9);
  }

  @Test
  void countsAStreamedAnswerOnceTheEncodingIsThere() {
    RequestContent whole = request("gpt-4o", "hello world");
    RequestContent streamed =
        new RequestContent("gpt-4o", null, true, whole.body(), null, Features.NONE, List.of());
    long estimated = passed(streamed);
    var _ = count(whole);
    assertThat(passed(streamed)).isEqualTo(10 + 4).isLessThan(estimated);
    assertThat(passed(whole)).isEqualTo(estimated);
  }

  private long passed(RequestContent request) {
    OutputTokens passed = tokens.ofAnswer(request);
    byte[] text = "All human beings are born free and equal in dignity".getBytes(UTF_8);
    passed.text(text, 0, text.length);
    passed.textEnded();
    return passed.estimate();
  }

  @Test
  void estimatesAtOnceWithoutAnEncoding() {
    assertThat(threadOf(request("claude-opus-4-5", "word ".repeat(4_000))))
        .isEqualTo(Thread.currentThread().getName());
    assertThat(threadOf(request("claude-opus-4-5", "word ".repeat(40_000)))).startsWith("counting");
  }

  private String threadOf(RequestContent request) {
    return tokens
        .of(request, CHAT, 0, "org_1")
        .map(estimate -> Thread.currentThread().getName())
        .blockOptional(PATIENCE)
        .orElseThrow();
  }

  private TokenEstimate count(RequestContent request) {
    return tokens.of(request, CHAT, 0, "org_1").blockOptional(PATIENCE).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4_000})
  void doesNotTouchABodyWhoseRequestIsGone(int words) {
    RequestContent request = request("gpt-4o", "word ".repeat(words));
    Body.Whole whole = (Body.Whole) request.body();
    whole.held().leave();
    assertThat(whole.held().bytes().refCnt()).isZero();
    tokens
        .of(request, CHAT, 0, "org_1")
        .as(StepVerifier::create)
        .expectError(CancellationException.class)
        .verify(PATIENCE);
  }

  @Test
  void leavesTheBodyAsItWas() {
    RequestContent request = request("gpt-4o", "word ".repeat(4_000));
    Body.Whole whole = (Body.Whole) request.body();
    int length = whole.held().bytes().readableBytes();
    assertThat(count(request).exact()).isTrue();
    assertThat(whole.held().bytes().readableBytes()).isEqualTo(length);
    assertThat(whole.held().bytes().refCnt()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "AUDIO,7500000,102000,false",
    "IMAGES,1000,1000,false",
    "IMAGES,10000000,144000,false",
    "FILES,1000,0,false",
    "PASSTHROUGH,1000,1000,false",
    "PASSTHROUGH,-1,0,true",
    "FILES,-1,0,false"
  })
  void boundsWhatIsNotReadByItsLength(Operation operation, long length, long input, boolean open) {
    Body passing = new Body.Passing(Flux.never(), null, null);
    RequestContent request = request("m", "").withBody(passing);
    TokenEstimate estimate =
        tokens
            .of(request, Bodies.endpoint(Protocol.OPENAI, operation), length, "org_1")
            .blockOptional()
            .orElseThrow();
    assertThat(estimate.input()).isEqualTo(input);
    assertThat(estimate.open()).isEqualTo(open);
    assertThat(estimate.exact()).isFalse();
  }

  @Test
  void countsTheAnswersThatAFormAsksFor() {
    FormChoices choices = new FormChoices();
    assertThat(choices.found(10)).isNull();
    Body passing = new Body.Passing(Flux.never(), null, null, choices);
    Endpoint edits = Bodies.endpoint(Protocol.OPENAI, Operation.IMAGES);
    TokenEstimate estimate =
        tokens
            .of(request("m", "").withBody(passing), edits, 1_000, "org_1")
            .blockOptional()
            .orElseThrow();
    assertThat(estimate.choices()).isEqualTo(10);
  }

  private static RequestContent request(String model, String text) {
    String json = "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}".formatted(text);
    ByteBuf bytes = Unpooled.directBuffer().writeBytes(json.getBytes(UTF_8));
    Body body = new Body.Whole(new WholeBody(bytes));
    return new RequestContent(model, null, false, body, null, Features.NONE, List.of());
  }
}
