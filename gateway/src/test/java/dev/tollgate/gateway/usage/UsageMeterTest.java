package dev.tollgate.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.snapshot.ServiceSnapshot;
import dev.tollgate.gateway.support.TestService;
import dev.tollgate.gateway.usage.UsageEvent.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;

class UsageMeterTest {

  private final List<UsageMeter.Finished> finished = new ArrayList<>();
  private final List<UsageMeter.Finished> answered = new ArrayList<>();
  private final UsageMeter meter =
      new UsageMeter(
          UsagePricing.OfRequest.UNKNOWN,
          new UsageMeter.Listener() {
            @Override
            public void calling(ServiceSnapshot service) {}

            @Override
            public void answered(UsageMeter.Finished soFar) {
              answered.add(soFar);
            }

            @Override
            public void finished(UsageMeter.Finished whole) {
              finished.add(whole);
            }
          },
          Admission.unlimited(Instant.EPOCH, () -> Unsettled.NOTHING),
          null);

  private void answered(int status) {
    meter.calling(TestService.openAi("openai", "https://api.openai.com").snapshot());
    meter.answered(status, false);
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.CONTENT_TYPE, "application/json");
    meter.readUsage(Protocol.OPENAI, headers);
  }

  private void pass(String text) {
    ByteBuf chunk = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    meter.passed(chunk);
    chunk.release();
  }

  @Test
  void tellsNothingOfARequestThatReachedNoProvider() {
    meter.requestEnded(Outcome.FAILED, "model_not_found");
    meter.requestEnded(Outcome.CANCELLED, null);

    assertThat(finished).isEmpty();
  }

  @Test
  void readsTheUsageThatPasses() {
    answered(200);
    meter.begun();
    pass("{\"model\":\"gpt-4o-2024\",\"usage\":{\"prompt_tokens\":7,");
    pass("\"completion_tokens\":5,\"total_tokens\":12}}");
    meter.ended(true);
    meter.requestEnded(Outcome.COMPLETED, null);

    assertThat(finished).hasSize(1);
    UsageMeter.Finished told = finished.getFirst();
    assertThat(told.status()).isEqualTo(200);
    assertThat(told.attempts()).isEqualTo(1);
    assertThat(told.firstByteNanos()).isNotZero();
    assertThat(told.reading().model()).isEqualTo("gpt-4o-2024");
    assertThat(told.reading().usage()).isNotNull();
    assertThat(told.reading().usage().input()).isEqualTo(7);
    assertThat(told.reading().usage().output()).isEqualTo(5);
  }

  @Test
  void tellsOnceOnly() {
    answered(200);
    meter.requestEnded(Outcome.COMPLETED, null);
    meter.requestEnded(Outcome.FAILED, "internal_error");
    meter.abandoned();

    assertThat(finished).hasSize(1);
    assertThat(finished.getFirst().outcome()).isEqualTo(Outcome.COMPLETED);
  }

  @Test
  void waitsForAnAnswerThatIsReadToItsEnd() {
    answered(200);
    meter.begun();
    meter.requestEnded(Outcome.CANCELLED, null);
    assertThat(finished).isEmpty();

    pass("{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}");
    meter.abandoned();

    assertThat(finished.getFirst().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(finished.getFirst().reading().usage()).isNotNull();
  }

  @Test
  void countsAnAnswerThatEndsInTheMomentInWhichTheClientGoes() {
    answered(200);
    meter.begun();
    meter.requestEnded(Outcome.CANCELLED, null);
    meter.ended(true);

    assertThat(finished).hasSize(1);
    assertThat(finished.getFirst().outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void endsWithTheClientWhereNoAnswerIsUnderWay() {
    meter.calling(TestService.openAi("openai", "https://api.openai.com").snapshot());
    meter.requestEnded(Outcome.CANCELLED, null);

    assertThat(finished).hasSize(1);
    assertThat(finished.getFirst().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(finished.getFirst().status()).isZero();
    assertThat(finished.getFirst().reading()).isEqualTo(UsageReading.NOTHING);
  }

  @Test
  void countsEveryCall() {
    answered(401);
    answered(200);
    meter.requestEnded(Outcome.COMPLETED, null);

    assertThat(finished.getFirst().attempts()).isEqualTo(2);
  }
}
