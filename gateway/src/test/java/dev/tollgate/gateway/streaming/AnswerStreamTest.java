package dev.tollgate.gateway.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.pipeline.RouteSettings.ClientGone;
import dev.tollgate.gateway.streaming.AnswerStream.Handling;
import dev.tollgate.gateway.streaming.AnswerStream.LastEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;
import reactor.test.publisher.TestPublisher;

/** On the event loop of an embedded channel, whose tasks and clock the test moves itself. */
class AnswerStreamTest {

  private static final Rejection BROKEN =
      Rejection.of(ErrorCode.PROVIDER_UNAVAILABLE, "The provider's answer broke off.");
  private static final Rejection REVOKED =
      Rejection.of(ErrorCode.KEY_REVOKED, "The API key has been revoked.");
  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final Duration TOTAL = Duration.ofSeconds(10);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final TestPublisher<ByteBuf> provider = TestPublisher.create();
  private final Observer observer = new Observer();
  private final List<ByteBuf> sent = new ArrayList<>();
  private final OpenAnswers open = new OpenAnswers();
  private final List<AnswerListing.OpenAnswer> listed = new ArrayList<>();
  private final AnswerListing listing =
      new AnswerListing() {
        @Override
        public void add(OpenAnswer answer) {
          listed.add(answer);
        }

        @Override
        public void remove(OpenAnswer answer) {}
      };
  private final Client client = new Client();
  private ClientGone onClientGone = ClientGone.CANCEL;
  private @Nullable InjectedUsageFilter filter;
  private Duration silence = SILENCE;
  private Duration total = TOTAL;

  /** Notes what it is told. */
  private static final class Observer implements AnswerObserver {
    final List<String> told = new ArrayList<>();
    boolean goesOn = true;
    @Nullable RuntimeException mistake;
    @Nullable Error fault;

    @Override
    public boolean passed(ByteBuf chunk) {
      told.add(chunk.toString(StandardCharsets.UTF_8));
      return goesOn;
    }

    @Override
    public void begun() {
      told.add("begun");
    }

    @Override
    public void cutShort(Rejection reason) {
      told.add("cut short: " + reason.code().code());
      fail();
    }

    @Override
    public void ended(boolean whole) {
      told.add("ended");
      fail();
    }

    private void fail() {
      if (mistake != null) {
        throw mistake;
      }
      if (fault != null) {
        throw fault;
      }
    }

    @Override
    public void abandoned() {
      told.add("abandoned");
    }
  }

  /** Takes what it asked for, and releases it. */
  private static final class Client extends BaseSubscriber<ByteBuf> {
    final StringBuilder received = new StringBuilder();
    @Nullable Throwable failure;
    @Nullable SignalType end;
    private Runnable meanwhile = () -> {};
    private @Nullable String awaited;

    @Override
    protected void hookOnSubscribe(Subscription subscription) {}

    void whenReceived(String text, Runnable does) {
      meanwhile = does;
      awaited = text;
    }

    @Override
    protected void hookOnNext(ByteBuf chunk) {
      String text = chunk.toString(StandardCharsets.UTF_8);
      received.append(text);
      chunk.release();
      if (text.equals(awaited)) {
        meanwhile.run();
      }
    }

    @Override
    protected void hookOnError(Throwable throwable) {
      failure = throwable;
    }

    @Override
    protected void hookFinally(SignalType type) {
      end = type;
    }
  }

  private static final LastEvent EVENTS =
      new LastEvent() {
        @Override
        public void left(ByteBuf chunk) {}

        @Override
        public ByteBuf of(Rejection rejection) {
          return buffer("!" + rejection.code().code());
        }
      };

  private static ByteBuf buffer(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  private void subscribe() {
    subscribe(EVENTS);
  }

  private void subscribe(LastEvent lastEvent) {
    stream(lastEvent).subscribe(client);
  }

  private AnswerStream stream(LastEvent lastEvent) {
    return new AnswerStream(
        provider.flux(),
        channel.eventLoop(),
        new Handling(
            observer,
            new AnswerTimeouts(silence, total),
            onClientGone,
            filter,
            lastEvent,
            failure -> BROKEN),
        open.and(listing));
  }

  /** As reactor-netty does: the buffer is released when the signal returns. */
  private void provide(String text) {
    ByteBuf chunk = buffer(text);
    sent.add(chunk);
    provider.next(chunk);
    chunk.release();
  }

  private void expectNothingHeld() {
    assertThat(sent).allMatch(chunk -> chunk.refCnt() == 0);
    assertThat(open.count()).isZero();
  }

  private void pass(Duration time) {
    channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  private Rejection rejection() {
    assertThat(client.failure).isInstanceOf(RejectionException.class);
    return ((RejectionException) client.failure).rejection();
  }

  @Test
  void passesEveryChunkAndTheEnd() {
    subscribe();
    client.requestUnbounded();

    provide("one");
    provide("two");
    provider.complete();

    assertThat(client.received).hasToString("onetwo");
    assertThat(client.end).isEqualTo(SignalType.ON_COMPLETE);
    assertThat(observer.told).containsExactly("begun", "one", "two", "ended");
    expectNothingHeld();
  }

  @Test
  void holdsBackWhatComesUntilItMayGoOn() {
    provideAndHoldBack();
    provide("two");
    provide("three");
    provider.complete();
    assertThat(client.received).hasToString("one");

    goOn();
    assertThat(client.received).hasToString("onetwo");
    observer.goesOn = true;
    goOn();

    assertThat(client.received).hasToString("onetwothree");
    assertThat(client.end).isEqualTo(SignalType.ON_COMPLETE);
    assertThat(observer.told).containsExactly("begun", "one", "two", "three", "ended");
    expectNothingHeld();
  }

  @Test
  void keepsTheOrderOfWhatComesWhileWhatWasHeldBackPasses() {
    provideAndHoldBack();
    provide("two");
    observer.goesOn = true;
    client.whenReceived("two", () -> provide("four"));
    provide("three");

    goOn();
    provider.complete();

    assertThat(client.received).hasToString("onetwothreefour");
    expectNothingHeld();
  }

  @Test
  void tellsAFailureInItsTurn() {
    provideAndHoldBack();
    provide("two");
    provider.error(new IllegalStateException("reset"));
    assertThat(client.received).hasToString("one");

    observer.goesOn = true;
    goOn();

    assertThat(client.received).hasToString("onetwo!provider_unavailable");
    expectNothingHeld();
  }

  @Test
  void doesNotPassWhatIsHeldBackWhereARuleEndsTheAnswer() {
    provideAndHoldBack();
    provide("two");

    endByRule();
    goOn();

    assertThat(client.received).hasToString("one!key_revoked");
    assertThat(observer.told).containsExactly("begun", "one", "cut short: key_revoked", "ended");
    expectNothingHeld();
  }

  @Test
  void doesNotTakeItsOwnHoldingBackForTheProvidersSilence() {
    silence = Duration.ofMillis(1);
    provideAndHoldBack();

    long until = System.nanoTime() + silence.multipliedBy(20).toNanos();
    while (System.nanoTime() < until) {
      pass(Duration.ofMillis(1));
    }

    assertThat(client.end).isNull();
    provider.assertNotCancelled();
  }

  @Test
  void releasesWhatIsHeldBackWhenTheClientGoes() {
    provideAndHoldBack();
    provide("two");

    client.cancel();
    pass(Duration.ZERO);

    assertThat(observer.told).containsExactly("begun", "one", "abandoned");
    expectNothingHeld();
  }

  @Test
  void holdsNothingBackOfAnAnswerThatIsDrained() {
    onClientGone = ClientGone.DRAIN;
    provideAndHoldBack();
    provide("two");

    client.cancel();
    pass(Duration.ZERO);
    provide("three");
    provider.complete();

    assertThat(observer.told).containsExactly("begun", "one", "two", "three", "abandoned");
    expectNothingHeld();
  }

  /** The first chunk passes, and none after it. */
  private void provideAndHoldBack() {
    observer.goesOn = false;
    subscribe();
    client.requestUnbounded();
    provide("one");
  }

  private void goOn() {
    listed.forEach(AnswerListing.OpenAnswer::goOnSoon);
    channel.runPendingTasks();
  }

  @Test
  void endsWhereItsEndCannotBeNoted() {
    observer.mistake = new IllegalStateException("cannot be noted");
    subscribe();
    client.requestUnbounded();

    provide("one");
    provider.complete();

    assertThat(client.received).hasToString("one");
    assertThat(client.failure).isSameAs(observer.mistake);
    assertThat(observer.told).containsExactly("begun", "one", "ended");
    expectNothingHeld();
  }

  /** Such an error is not handed on by all operators on its way. */
  @Test
  void endsWhereAFaultOfAFileKeepsItsEndFromBeingNoted() {
    observer.fault = new InternalError("a fault of a mapped file");
    subscribe();
    client.requestUnbounded();

    provide("one");
    provider.complete();

    assertThat(client.received).hasToString("one");
    assertThat(client.failure)
        .isInstanceOf(IllegalStateException.class)
        .cause()
        .isSameAs(observer.fault);
    expectNothingHeld();
  }

  @Test
  void endsByARuleThatCannotBeNoted() {
    observer.fault = new InternalError("a fault of a mapped file");
    subscribe();
    client.requestUnbounded();
    provide("one");

    endByRule();

    provider.assertCancelled();
    assertThat(client.received).hasToString("one");
    assertThat(client.failure).isInstanceOf(IllegalStateException.class);
    expectNothingHeld();
  }

  @Test
  void asksTheProviderForNoMoreThanTheClientTakes() {
    subscribe();
    provider.assertMaxRequested(0);

    client.request(2);

    provider.assertMinRequested(2).assertMaxRequested(2);
  }

  @Test
  void refusesBeforeTheFirstByteWithoutAnEvent() {
    subscribe();
    client.requestUnbounded();

    provider.error(new IllegalStateException("reset"));

    assertThat(client.received).isEmpty();
    assertThat(client.failure).isNotInstanceOf(StreamBrokenException.class);
    assertThat(rejection()).isEqualTo(BROKEN);
    assertThat(observer.told).containsExactly("begun", "ended");
  }

  @Test
  void endsByARuleWithAnEventAndAProperEnd() {
    subscribe();
    client.requestUnbounded();
    provide("one");

    endByRule();

    provider.assertCancelled();
    assertThat(client.received).hasToString("one!key_revoked");
    assertThat(client.end).isEqualTo(SignalType.ON_COMPLETE);
    assertThat(observer.told).containsExactly("begun", "one", "cut short: key_revoked", "ended");
    expectNothingHeld();
  }

  @Test
  void refusesByARuleBeforeTheFirstByte() {
    subscribe();
    client.requestUnbounded();

    endByRule();

    assertThat(client.received).isEmpty();
    assertThat(client.failure).isNotInstanceOf(StreamBrokenException.class);
    assertThat(rejection()).isEqualTo(REVOKED);
  }

  @Test
  void breaksOffByARuleWhereNothingCanTellIt() {
    subscribe(LastEvent.NONE);
    client.requestUnbounded();
    provide("one");

    endByRule();

    assertThat(client.received).hasToString("one");
    assertThat(client.failure).isInstanceOf(StreamBrokenException.class);
    expectNothingHeld();
  }

  @Test
  void givesUpOnAClientThatDoesNotTakeTheLastEvent() {
    subscribe();
    client.request(1);
    provide("one");

    endByRule();
    assertThat(client.end).isNull();
    pass(Duration.ofSeconds(3));

    assertThat(client.received).hasToString("one");
    assertThat(client.failure).isInstanceOf(StreamBrokenException.class);
    expectNothingHeld();
  }

  @Test
  void endsOnceHoweverOftenItIsTold() {
    subscribe();
    client.requestUnbounded();
    provide("one");

    endByRule();
    endByRule();
    provider.complete();

    assertThat(client.received).hasToString("one!key_revoked");
    assertThat(observer.told).containsExactly("begun", "one", "cut short: key_revoked", "ended");
  }

  private void endByRule() {
    listed.forEach(answer -> answer.endSoon(REVOKED));
    channel.runPendingTasks();
  }

  @Test
  void tellsAFailureAfterTheFirstByteByAnEventAndThenBreaksOff() {
    subscribe();
    client.requestUnbounded();
    provide("one");

    provider.error(new IllegalStateException("reset"));

    assertThat(client.received).hasToString("one!provider_unavailable");
    assertThat(client.failure).isInstanceOf(StreamBrokenException.class);
    expectNothingHeld();
  }

  @Test
  void breaksOffWithoutAnEventWhereNoneCanBeSaid() {
    subscribe(LastEvent.NONE);
    client.requestUnbounded();
    provide("one");

    provider.error(new IllegalStateException("reset"));

    assertThat(client.received).hasToString("one");
    assertThat(client.failure).isInstanceOf(StreamBrokenException.class);
  }

  @Test
  void keepsTheLastEventUntilTheClientTakesIt() {
    subscribe();
    client.request(1);
    provide("one");
    provider.error(new IllegalStateException("reset"));
    assertThat(client.end).isNull();

    client.request(1);
    channel.runPendingTasks();

    assertThat(client.received).hasToString("one!provider_unavailable");
    assertThat(client.failure).isInstanceOf(StreamBrokenException.class);
    expectNothingHeld();
  }

  @Test
  void letsTheLastEventGoWhenTheClientGoes() {
    subscribe();
    client.request(1);
    provide("one");
    provider.error(new IllegalStateException("reset"));

    client.cancel();
    channel.runPendingTasks();

    assertThat(client.received).hasToString("one");
    assertThat(observer.told).containsExactly("begun", "one", "ended");
  }

  @Test
  void timesOutWhenTheProviderIsSilentFromTheStart() {
    silence = Duration.ofMillis(1);
    subscribe();
    client.requestUnbounded();

    passUntilEnd();

    assertThat(rejection().code()).isEqualTo(ErrorCode.PROVIDER_TIMEOUT);
    provider.assertCancelled();
  }

  @Test
  void timesOutWhenTheProviderFallsSilent() {
    silence = Duration.ofMillis(1);
    subscribe();
    client.requestUnbounded();
    provide("one");

    passUntilEnd();

    assertThat(client.received).hasToString("one!provider_timeout");
    assertThat(client.failure).isInstanceOf(StreamBrokenException.class);
    provider.assertCancelled();
    expectNothingHeld();
  }

  @Test
  void timesOutWhenTheWholeAnswerTakesTooLong() {
    total = Duration.ofMillis(1);
    subscribe();
    client.requestUnbounded();
    provide("one");

    passUntilEnd();

    assertThat(client.received).hasToString("one!provider_timeout");
    provider.assertCancelled();
  }

  /** The silence is measured on the real clock; only the timer runs on the channel's. */
  private void passUntilEnd() {
    long patience = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (client.end == null && System.nanoTime() < patience) {
      pass(Duration.ofMillis(1));
    }
    assertThat(client.end).isEqualTo(SignalType.ON_ERROR);
  }

  @Test
  void doesNotBlameTheProviderForASlowClient() {
    silence = Duration.ofMillis(1);
    subscribe();
    client.request(1);
    provide("one");

    long until = System.nanoTime() + silence.multipliedBy(20).toNanos();
    while (System.nanoTime() < until) {
      pass(Duration.ofMillis(1));
    }

    assertThat(client.end).isNull();
    provider.assertNotCancelled();
  }

  @Test
  void cancelsTheProviderAtOnceWhenTheClientGoes() {
    subscribe();
    client.requestUnbounded();
    provide("one");

    client.cancel();
    channel.runPendingTasks();

    provider.assertCancelled();
    assertThat(observer.told).containsExactly("begun", "one", "abandoned");
    expectNothingHeld();
  }

  @Test
  void readsOnToTheEndWhereTheRouteDrains() {
    onClientGone = ClientGone.DRAIN;
    subscribe();
    client.request(1);
    provide("one");

    client.cancel();
    channel.runPendingTasks();
    provide("two");
    provider.assertNotCancelled();
    provider.complete();

    assertThat(client.received).hasToString("one");
    assertThat(observer.told).containsExactly("begun", "one", "two", "abandoned");
    expectNothingHeld();
  }

  @Test
  void endsWithAnEventWhenItIsBrokenOffFromOutside() {
    subscribe();
    client.requestUnbounded();
    provide("one");

    open.breakOffAll(Rejection.of(ErrorCode.SERVICE_UNAVAILABLE, "Shutting down."));
    channel.runPendingTasks();

    assertThat(client.received).hasToString("one!service_unavailable");
    assertThat(client.failure).isInstanceOf(StreamBrokenException.class);
    provider.assertCancelled();
    expectNothingHeld();
  }

  @Test
  void asksForAnotherChunkInPlaceOfOneThatIsHeldBack() {
    filter = new InjectedUsageFilter();
    subscribe();
    client.request(1);

    provide("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\n");

    assertThat(client.received).isEmpty();
    provider.assertMinRequested(1);
    provide("data: [DONE]\n\n");
    assertThat(client.received).hasToString("data: [DONE]\n\n");
    provider.complete();
    expectNothingHeld();
  }

  @Test
  void sendsWhatIsHeldBackWhenTheAnswerEndsWithinAnEvent() {
    filter = new InjectedUsageFilter();
    subscribe();
    client.requestUnbounded();

    provide("data: {\"choi");
    provider.complete();

    assertThat(client.received).hasToString("data: {\"choi");
    assertThat(client.end).isEqualTo(SignalType.ON_COMPLETE);
    expectNothingHeld();
  }
}
