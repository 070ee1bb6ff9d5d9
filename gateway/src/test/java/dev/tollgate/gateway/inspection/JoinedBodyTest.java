package dev.tollgate.gateway.inspection;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class JoinedBodyTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final class TooLong extends RuntimeException {}

  private final List<ByteBuf> made = new ArrayList<>();

  private ByteBuf buffer(String text) {
    ByteBuf buffer = Unpooled.copiedBuffer(text, US_ASCII);
    made.add(buffer);
    return buffer;
  }

  @AfterEach
  void nothingLeaks() {
    assertThat(made).allMatch(buffer -> buffer.refCnt() == 0);
  }

  private void expect(JoinedBody body, String text) {
    StepVerifier.create(body.map(JoinedBodyTest::textOf))
        .expectNext(text)
        .expectComplete()
        .verify(PATIENCE);
  }

  private static String textOf(ByteBuf whole) {
    String text = whole.toString(US_ASCII);
    whole.release();
    return text;
  }

  @Test
  void handsASingleBufferOn() {
    expect(JoinedBody.of(Flux.just(buffer("one"))), "one");
  }

  @Test
  void joinsSeveralInTheirOrder() {
    expect(JoinedBody.of(Flux.just(buffer("one"), buffer(""), buffer("two"))), "onetwo");
  }

  @Test
  void isAnEmptyBufferWhereNothingComes() {
    expect(JoinedBody.of(Flux.empty()), "");
  }

  @Test
  void takesABodyOfExactlyTheLongestLength() {
    expect(JoinedBody.upTo(6, Flux.just(buffer("one"), buffer("two")), TooLong::new), "onetwo");
  }

  @Test
  void failsAsSoonAsTheBodyIsTooLong() {
    TestPublisher<ByteBuf> source = TestPublisher.create();
    StepVerifier.create(JoinedBody.upTo(5, source.flux(), TooLong::new))
        .then(() -> source.next(buffer("one"), buffer("two")))
        .expectError(TooLong.class)
        .verify(PATIENCE);
    source.assertCancelled();
  }

  @Test
  void releasesWhatCameBeforeAFailure() {
    StepVerifier.create(
            JoinedBody.of(
                Flux.just(buffer("one")).concatWith(Flux.error(new IllegalStateException()))))
        .expectError(IllegalStateException.class)
        .verify(PATIENCE);
  }

  @Test
  void releasesWhatCameBeforeAndAfterACancellation() {
    TestPublisher<ByteBuf> source =
        TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
    BaseSubscriber<ByteBuf> subscriber = new BaseSubscriber<>() {};
    JoinedBody.of(source.flux()).subscribe(subscriber);
    source.next(buffer("one"));

    subscriber.cancel();

    source.next(buffer("late"));
    source.complete();
    source.assertCancelled();
  }
}
