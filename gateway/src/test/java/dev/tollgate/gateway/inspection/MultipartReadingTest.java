package dev.tollgate.gateway.inspection;

import static dev.tollgate.gateway.inspection.Form.BOUNDARY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class MultipartReadingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int HOLD = 1024;
  private static final Rejection DENIED =
      Rejection.of(ErrorCode.MODEL_NOT_ALLOWED, "The model is not allowed.", "model");

  private final List<ByteBuf> chunks = new ArrayList<>();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final List<@Nullable String> judged = new ArrayList<>();
  private final ResourceLeakDetector.Level levelBefore = ResourceLeakDetector.getLevel();
  private boolean proceeded;
  private boolean late;
  private @Nullable String modelAtFirst;

  @BeforeEach
  void watchEveryBuffer() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
  }

  @AfterEach
  void everyChunkWasReleasedExactlyOnce() {
    ResourceLeakDetector.setLevel(levelBefore);
    assertThat(chunks).isNotEmpty().allMatch(chunk -> chunk.refCnt() == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 100_000})
  void decidesByAModelThatComesInTimeAndSendsEveryByte(int chunkBytes) {
    byte[] form = new Form().field("model", "m").file("file", new byte[5_000]).closed();
    send(form, chunkBytes, FormModel.REQUIRED).verifyComplete();
    assertThat(modelAtFirst).isEqualTo("m");
    assertThat(late).isFalse();
    assertThat(judged).isEmpty();
    assertThat(sent.toByteArray()).isEqualTo(form);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100})
  void asksForAModelThatComesLateAndSendsEveryByte(int chunkBytes) {
    byte[] form = new Form().file("file", new byte[5_000]).field("model", "m").closed();
    send(form, chunkBytes, FormModel.REQUIRED).verifyComplete();
    assertThat(modelAtFirst).isNull();
    assertThat(late).isTrue();
    assertThat(judged).containsExactly("m");
    assertThat(sent.toByteArray()).isEqualTo(form);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100})
  void breaksOffBeforeTheEndWhenALateModelIsDenied(int chunkBytes) {
    byte[] form = new Form().file("file", new byte[5_000]).field("model", "denied").closed();
    send(form, chunkBytes, FormModel.REQUIRED).verifyErrorMatches(refusal(DENIED.code()));
    assertThat(judged).containsExactly("denied");
    assertThat(sent.size()).isBetween(HOLD, form.length - 1);
  }

  @Test
  void asksOnceMoreWhenAnOptionalModelNeverComes() {
    byte[] form = new Form().file("image", new byte[5_000]).closed();
    send(form, 100, FormModel.OPTIONAL).verifyComplete();
    assertThat(judged).containsExactly((String) null);
    assertThat(sent.toByteArray()).isEqualTo(form);
  }

  @Test
  void goesOnWithoutAnOptionalModelInAShortForm() {
    byte[] form = new Form().field("prompt", "x").closed();
    send(form, 10, FormModel.OPTIONAL).verifyComplete();
    assertThat(late).isFalse();
    assertThat(sent.toByteArray()).isEqualTo(form);
  }

  /** Wherever in what is held back it stands. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 100_000})
  void knowsHowManyAnswersAreAskedForBeforeAnythingIsSent(int chunkBytes) {
    for (byte[] form :
        List.of(
            new Form().field("model", "m").field("n", "10").file("image", new byte[5_000]).closed(),
            new Form().field("n", "10").field("model", "m").file("image", new byte[5_000]).closed(),
            new Form().field("model", "m").file("image", new byte[50]).field("n", "10").closed())) {
      MultipartGate gate = gate(FormModel.OPTIONAL, null, form.length);
      new MultipartReading(gate)
          .read(
              source(form, chunkBytes),
              (bytes, model) -> {
                assertThat(gate.choices().asked()).isEqualTo(10);
                gate.choices().atMost(10);
                return bytes.doOnNext(this::take).then();
              })
          .as(StepVerifier::create)
          .expectComplete()
          .verify(PATIENCE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void breaksOffWhereMoreAnswersAreAskedForThanWereLetIn(int chunkBytes) {
    byte[] form =
        new Form().field("model", "m").file("image", new byte[5_000]).field("n", "2").closed();
    MultipartGate gate = gate(FormModel.OPTIONAL, null, form.length);
    new LastStep(
            new MultipartReading(gate)
                .read(
                    source(form, chunkBytes),
                    (bytes, model) -> {
                      gate.choices().atMost(gate.choices().asked());
                      return bytes.doOnNext(this::take).then();
                    }))
        .verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
    assertThat(sent.size()).isBetween(HOLD, form.length - 1);
  }

  @Test
  void letsAnyNumberOfAnswersPassThatNothingLimits() {
    byte[] form =
        new Form().field("model", "m").file("image", new byte[5_000]).field("n", "2").closed();
    send(form, 100, FormModel.OPTIONAL).verifyComplete();
    assertThat(sent.toByteArray()).isEqualTo(form);
  }

  @ParameterizedTest
  @ValueSource(strings = {"two", "", "0x2"})
  void refusesANumberOfAnswersThatIsNone(String none) {
    byte[] form = new Form().field("model", "m").field("n", none).closed();
    send(form, 100, FormModel.OPTIONAL).verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void refusesTwoNumbersOfAnswers() {
    byte[] form = new Form().field("n", "1").field("n", "10").field("model", "m").closed();
    send(form, 100, FormModel.OPTIONAL).verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
    assertThat(proceeded).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 100_000})
  void refusesAShortFormWithoutItsModelBeforeAnythingIsSent(int chunkBytes) {
    byte[] form = new Form().field("prompt", "x").closed();
    send(form, chunkBytes, FormModel.REQUIRED)
        .verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
    assertThat(proceeded).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void refusesALongFormWithoutItsModelBeforeItsEnd(int chunkBytes) {
    byte[] form = new Form().file("file", new byte[5_000]).closed();
    send(form, chunkBytes, FormModel.REQUIRED)
        .verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
    assertThat(sent.size()).isLessThan(form.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 100})
  void breaksOffAtASecondModel(int chunkBytes) {
    byte[] form =
        new Form()
            .field("model", "m")
            .file("file", new byte[5_000])
            .field("model", "other")
            .closed();
    send(form, chunkBytes, FormModel.REQUIRED)
        .verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
    assertThat(modelAtFirst).isEqualTo("m");
    assertThat(sent.size()).isLessThan(form.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 100, 100_000})
  void sendsNotTheLastByteOfAFormThatNeverEnds(int chunkBytes) {
    byte[] form = new Form().field("model", "m").file("file", new byte[5_000]).open();
    send(form, chunkBytes, FormModel.REQUIRED)
        .verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
    assertThat(sent.size()).isLessThan(form.length);
  }

  @Test
  void failsAtTheEndOfAFormOfUnknownLengthThatNeverEnds() {
    byte[] form = new Form().field("model", "m").file("file", new byte[5_000]).open();
    send(gate(FormModel.REQUIRED, null, -1), source(form, 100))
        .verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void refusesABodyWithoutABoundaryAtItsFirstByte() {
    send(new byte[] {'{'}, 1, FormModel.OPTIONAL)
        .verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
    assertThat(proceeded).isFalse();
  }

  @Test
  void refusesAnEmptyBody() {
    chunks.add(Unpooled.EMPTY_BUFFER.alloc().buffer(1));
    chunks.getFirst().release();
    send(gate(FormModel.OPTIONAL, null, -1), Flux.empty())
        .verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
    assertThat(proceeded).isFalse();
  }

  @Test
  void holdsNoFileBackThatIsOnlyKept() {
    byte[] form = new Form().file("file", new byte[100]).field("purpose", "x").closed();
    send(form, 1, FormModel.ABSENT).verifyComplete();
    assertThat(late).isFalse();
    assertThat(sent.toByteArray()).isEqualTo(form);
  }

  @Test
  void refusesAModelBesideAFileThatIsOnlyKept() {
    byte[] form = new Form().file("file", new byte[100]).field("model", "m").closed();
    send(form, 10, FormModel.ABSENT).verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void acceptsTheModelOfThePathAgain() {
    byte[] form = new Form().file("file", new byte[2_000]).field("model", "m").closed();
    send(gate(FormModel.REQUIRED, "m", form.length), source(form, 100)).verifyComplete();
    assertThat(modelAtFirst).isEqualTo("m");
    assertThat(late).isFalse();
  }

  @Test
  void needsNoModelBesideThePaths() {
    byte[] form = new Form().file("file", new byte[2_000]).closed();
    send(gate(FormModel.REQUIRED, "m", form.length), source(form, 100)).verifyComplete();
  }

  @Test
  void breaksOffAtAnotherModelThanThePaths() {
    byte[] form = new Form().file("file", new byte[2_000]).field("model", "other").closed();
    send(gate(FormModel.REQUIRED, "m", form.length), source(form, 100))
        .verifyErrorMatches(refusal(ErrorCode.INVALID_REQUEST));
    assertThat(sent.size()).isLessThan(form.length);
  }

  @Test
  void failsWhereNobodyJudgesALateModel() {
    byte[] form = new Form().file("file", new byte[5_000]).field("model", "m").closed();
    new MultipartReading(gate(FormModel.REQUIRED, null, form.length))
        .read(source(form, 100), (bytes, model) -> bytes.doOnNext(this::take).then())
        .as(StepVerifier::create)
        .expectError(IllegalStateException.class)
        .verify(PATIENCE);
    assertThat(sent.size()).isLessThan(form.length);
  }

  @Test
  void releasesWhatIsHeldWhenALaterStageRefuses() {
    byte[] form = new Form().field("model", "m").file("file", new byte[5_000]).closed();
    new MultipartReading(gate(FormModel.REQUIRED, null, form.length))
        .read(source(form, 50), (bytes, model) -> Mono.error(DENIED.asException()))
        .as(StepVerifier::create)
        .expectErrorMatches(refusal(DENIED.code()))
        .verify(PATIENCE);
  }

  @Test
  void releasesWhatIsHeldWhenALaterStageAnswersByItself() {
    byte[] form = new Form().field("model", "m").file("file", new byte[5_000]).closed();
    new MultipartReading(gate(FormModel.REQUIRED, null, form.length))
        .read(source(form, 50), (bytes, model) -> Mono.empty())
        .as(StepVerifier::create)
        .expectComplete()
        .verify(PATIENCE);
  }

  @Test
  void releasesWhatIsHeldWhenTheClientGoesAwayWhileItIsHeld() {
    TestPublisher<ByteBuf> body = TestPublisher.create();
    byte[] form = new Form().file("file", new byte[100]).open();
    StepVerifier.create(
            new MultipartReading(gate(FormModel.REQUIRED, null, -1))
                .read(body.flux(), this::proceed))
        .then(() -> body.next(chunk(form, 0, 40)).next(chunk(form, 40, 80)))
        .thenCancel()
        .verify(PATIENCE);
    body.assertCancelled();
    assertThat(proceeded).isFalse();
  }

  @Test
  void releasesWhatIsHeldWhenTheClientGoesAwayWhileALaterStageIsBusy() {
    byte[] form = new Form().field("model", "m").file("file", new byte[5_000]).closed();
    StepVerifier.create(
            new MultipartReading(gate(FormModel.REQUIRED, null, form.length))
                .read(source(form, 50), (bytes, model) -> Mono.never()))
        .thenAwait(Duration.ZERO)
        .thenCancel()
        .verify(PATIENCE);
  }

  @Test
  void releasesWhatIsHeldWhenTheClientsBodyFails() {
    byte[] form = new Form().file("file", new byte[100]).open();
    Flux<ByteBuf> broken =
        source(form, 10).concatWith(Flux.error(new IllegalStateException("cut")));
    send(gate(FormModel.REQUIRED, null, -1), broken).verifyErrorMessage("cut");
    assertThat(proceeded).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 15, 40})
  void releasesTheRestWhenTheProviderStopsReading(int taken) {
    byte[] form = new Form().field("model", "m").file("file", new byte[5_000]).closed();
    new MultipartReading(gate(FormModel.REQUIRED, null, form.length))
        .read(source(form, 50), (bytes, model) -> bytes.take(taken).doOnNext(this::take).then())
        .as(StepVerifier::create)
        .expectComplete()
        .verify(PATIENCE);
    assertThat(sent.size()).isLessThan(form.length);
  }

  private LastStep send(byte[] form, int chunkBytes, FormModel rule) {
    return send(gate(rule, null, form.length), source(form, chunkBytes));
  }

  private LastStep send(MultipartGate gate, Flux<ByteBuf> source) {
    Mono<Void> reading =
        new MultipartReading(gate)
            .read(
                source,
                (bytes, model) -> {
                  modelAtFirst = gate.model();
                  return proceed(bytes, model);
                });
    return new LastStep(reading);
  }

  private Mono<Void> proceed(Flux<ByteBuf> bytes, @Nullable LateModel model) {
    proceeded = true;
    late = model != null;
    if (model != null) {
      model.judgedBy(this::judge);
    }
    return bytes.doOnNext(this::take).then();
  }

  private @Nullable Rejection judge(@Nullable String model) {
    judged.add(model);
    return "denied".equals(model) ? DENIED : null;
  }

  private void take(ByteBuf chunk) {
    byte[] bytes = new byte[chunk.readableBytes()];
    chunk.readBytes(bytes);
    chunk.release();
    sent.writeBytes(bytes);
  }

  private static MultipartGate gate(FormModel rule, @Nullable String pathModel, long length) {
    return new MultipartGate(
        new MultipartBoundary(BOUNDARY), rule, pathModel, length, DataSize.ofBytes(HOLD));
  }

  /** Only what is asked for is made, as a socket's buffers are. */
  private Flux<ByteBuf> source(byte[] form, int chunkBytes) {
    return Flux.generate(
        () -> 0,
        (at, sink) -> {
          int next = Math.min(form.length, at + chunkBytes);
          if (at == form.length) {
            sink.complete();
          } else {
            sink.next(chunk(form, at, next));
          }
          return next;
        });
  }

  private ByteBuf chunk(byte[] form, int from, int to) {
    ByteBuf chunk = Unpooled.directBuffer().writeBytes(Arrays.copyOfRange(form, from, to));
    chunks.add(chunk);
    return chunk;
  }

  private static Predicate<Throwable> refusal(ErrorCode code) {
    return failure ->
        requireNonNull(failure) instanceof RejectionException refused
            && refused.rejection().code() == code;
  }

  /** A verification that never waits without a bound. */
  private record LastStep(Mono<Void> reading) {

    void verifyComplete() {
      StepVerifier.create(reading).expectComplete().verify(PATIENCE);
    }

    void verifyErrorMatches(Predicate<Throwable> expected) {
      StepVerifier.create(reading).expectErrorMatches(expected).verify(PATIENCE);
    }

    void verifyErrorMessage(String message) {
      StepVerifier.create(reading).expectErrorMessage(message).verify(PATIENCE);
    }
  }
}
