package dev.tollgate.gateway.admission.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.inspection.BodyEdit;
import dev.tollgate.gateway.inspection.RequestContent;
import dev.tollgate.gateway.inspection.RequestContent.Body;
import dev.tollgate.gateway.inspection.WholeBody;
import dev.tollgate.gateway.pipeline.Operation;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.policy.Features;
import dev.tollgate.gateway.policy.Subject;
import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.prices.PriceComponents;
import dev.tollgate.gateway.support.TestPolicies;
import dev.tollgate.gateway.tokens.Endpoint;
import dev.tollgate.gateway.tokens.InputTokens;
import dev.tollgate.gateway.tokens.TokenEstimate;
import dev.tollgate.gateway.tokens.TokensProperties;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import reactor.core.scheduler.Schedulers;

/** A prompt of few tokens under a limit of 1,000 for both. */
class DemandedMaximumTest {

  private static final String CHAT = "/v1/chat/completions";
  private static final long ASSUMED = 16_384;
  private static final InputTokens COUNTING =
      new InputTokens(
          new TokensProperties(
              DataSize.ofKilobytes(16), Duration.ofMillis(100), Duration.ofSeconds(10)),
          Schedulers.immediate());

  private static TokenEstimate estimate(String path, String more) {
    String body = "{\"prompt\":\"Hi\"%s}".formatted(more);
    Operation operation = path.equals(CHAT) ? Operation.CHAT_COMPLETION : Operation.COMPLETIONS;
    RequestContent content =
        new RequestContent(
            "m",
            null,
            false,
            new Body.Whole(new WholeBody(Unpooled.wrappedBuffer(body.getBytes(UTF_8)))),
            null,
            Features.NONE,
            List.of());
    return COUNTING
        .of(content, Endpoint.of(Protocol.OPENAI, operation, path), 0, "org_1")
        .blockOptional()
        .orElseThrow();
  }

  private static OutputLimits limits(long most) {
    String policy =
        "{'permissions':{'models':{'limits':{'m':{'max_tokens_per_request':%d}}}}}".formatted(most);
    return new OutputLimits(
        List.of(TestPolicies.document(Subject.key("key_1"), policy).limits()), "m");
  }

  private static ModelPrice price(
      String components, @Nullable Long maxOutput, @Nullable Long context) {
    PriceComponents read = PriceComponents.parse(components);
    return new ModelPrice(
        "prc_1",
        Instant.EPOCH,
        read.tokens(),
        read.tiers(),
        read.apiece(),
        maxOutput,
        context,
        false);
  }

  private static ModelPrice ofTokens(@Nullable Long maxOutput, @Nullable Long context) {
    return price("{\"input\":1,\"output\":1}", maxOutput, context);
  }

  private static List<BodyEdit> demanded(
      @Nullable ModelPrice known, @Nullable Long unasked, long most, TokenEstimate estimate) {
    return new DemandedMaximum(known, unasked, ASSUMED).of(limits(most), estimate);
  }

  private static void expectRefused(@Nullable ModelPrice known, long most, TokenEstimate estimate) {
    assertThatThrownBy(() -> demanded(known, null, most, estimate))
        .isInstanceOfSatisfying(
            RejectionException.class,
            refused ->
                assertThat(refused.rejection().code().code()).isEqualTo("max_tokens_exceeded"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 128})
  void asksForWhatIsLeftOfTheLimitForEachAnswer(long answers) {
    TokenEstimate estimate = estimate(CHAT, ",\"n\":" + answers);
    long each = (1000 - estimate.input()) / answers;
    assertThat(demanded(null, null, 1000, estimate))
        .extracting(BodyEdit::text)
        .containsExactly(",\"max_completion_tokens\":" + each);
  }

  @Test
  void asksForNothingThatTheRequestSays() {
    assertThat(demanded(null, null, 1000, estimate(CHAT, ",\"max_tokens\":5"))).isEmpty();
  }

  @Test
  void asksForNothingWithoutALimitOfTheModel() {
    OutputLimits none =
        new OutputLimits(List.of(TestPolicies.document(Subject.key("key_1"), "{}").limits()), "m");
    assertThat(new DemandedMaximum(null, null, ASSUMED).of(none, estimate(CHAT, ""))).isEmpty();
  }

  @Test
  void asksNoModelForMoreThanItWrites() {
    TokenEstimate one = estimate(CHAT, "");
    long left = 1000 - one.input();
    assertThat(demanded(ofTokens(left, null), null, 1000, one)).isEmpty();
    assertThat(demanded(ofTokens(left + 1, null), null, 1000, one)).hasSize(1);
    assertThat(demanded(ofTokens(left, null), null, 1000, estimate(CHAT, ",\"n\":2"))).hasSize(1);
    assertThat(demanded(ofTokens(null, 1000L), null, 1000, one)).isEmpty();
    assertThat(demanded(ofTokens(null, 1001L), null, 1000, one)).hasSize(1);
    assertThat(demanded(ofTokens(null, 1000L), null, 1000, estimate(CHAT, ",\"n\":2"))).hasSize(1);
  }

  @Test
  void leavesTheLittleThatAProviderWritesUnasked() {
    TokenEstimate completion = estimate("/v1/completions", "");
    assertThat(demanded(null, 16L, 1000, completion)).isEmpty();
    assertThat(demanded(null, 16L, completion.input() + 15, completion)).hasSize(1);
  }

  @Test
  void refusesWhereNothingIsLeft() {
    TokenEstimate one = estimate(CHAT, "");
    expectRefused(null, one.input(), one);
    expectRefused(ofTokens(100L, null), one.input(), one);
    TokenEstimate three = estimate(CHAT, ",\"n\":3");
    expectRefused(null, three.input() + 2, three);
    assertThat(demanded(null, null, three.input() + 3, three)).hasSize(1);
  }

  @Test
  void refusesALongerAnswerWhereNobodyCanBeAsked() {
    TokenEstimate unread = estimate("/somewhere", ",\"max_tokens\":5");
    expectRefused(null, 1000, unread);
    expectRefused(ofTokens(1000L, null), 1000, unread);
    assertThat(demanded(null, null, 20_000, unread)).isEmpty();
    assertThat(demanded(ofTokens(500L, null), null, 1000, unread)).isEmpty();
    assertThat(demanded(price("{\"characters\":1}", null, null), null, 1000, unread)).isEmpty();
  }
}
