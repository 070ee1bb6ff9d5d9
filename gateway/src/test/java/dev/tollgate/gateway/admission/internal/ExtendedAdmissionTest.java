package dev.tollgate.gateway.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.admission.internal.Terms.Output;
import dev.tollgate.gateway.admission.internal.Terms.Output.Kind;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.prices.ModelPrice.Pieces;
import dev.tollgate.gateway.streaming.AnswerListing.OpenAnswer;
import dev.tollgate.gateway.support.TestDemand;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.Unsettled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What is taken while an answer or a conversation goes on, and limiters take their time for it. */
@Timeout(60)
class ExtendedAdmissionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Of one turn, or at the beginning of a stream. */
  private static final long TOKENS = 100;

  private static final long COST = 1_000;
  private static final long LONGEST_STEP = 400;

  private static final Rejection GONE =
      Rejection.of(ErrorCode.INSUFFICIENT_QUOTA, "The budget is gone.");

  private static final Rejection TOO_LONG =
      Rejection.of(ErrorCode.MAX_TOKENS_EXCEEDED, "It is too long.");

  private record Extension(long tokens, long costMicroUsd) {}

  /** Tells of what it is asked for, and takes it when it is told to. */
  private static final class Slow implements Permit {

    private final List<Extension> asked = new ArrayList<>();
    private Sinks.Empty<Void> open = Sinks.empty();

    @Override
    public Mono<Void> extend(Spent more) {
      asked.add(new Extension(more.outputTokens(), more.costMicroUsd()));
      open = Sinks.empty();
      return open.asMono();
    }

    void take() {
      assertThat(open.tryEmitEmpty()).isEqualTo(Sinks.EmitResult.OK);
    }

    void fail(Throwable failure) {
      assertThat(open.tryEmitError(failure)).isEqualTo(Sinks.EmitResult.OK);
    }

    @Override
    public void settle(Spent spent) {}

    @Override
    public void release() {}
  }

  private static final class Open implements OpenAnswer {

    private final List<Rejection> ends = new ArrayList<>();

    @Override
    public void breakOffSoon(Rejection reason) {
      throw new AssertionError("it ends in order");
    }

    @Override
    public void endSoon(Rejection reason) {
      ends.add(reason);
    }
  }

  private static RequestAdmission admission(Kind kind, long most, long mostCost) {
    Demand demand = TestDemand.under(List.of()).tokens(1, TOKENS).cost(COST).demand();
    Terms terms =
        new Terms(demand, null, null, Pieces.NONE, new Output(kind, most, mostCost, TOO_LONG));
    return new RequestAdmission(terms, tokens -> new Unsettled(tokens, null), LONGEST_STEP);
  }

  private static RequestAdmission endless(Kind kind) {
    return admission(kind, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  /** The conversation has had so much since its beginning. */
  private static void tell(RequestAdmission conversation, long tokens, long costMicroUsd) {
    conversation.taken(new TokenUsage(1, tokens, 0, 0, 0), new Charge(costMicroUsd, "prc_1"));
  }

  private final Slow limit = new Slow();

  @Test
  void keepsATurnTakenBesideWhatWasTold() {
    RequestAdmission conversation = endless(Kind.TURNS);
    conversation.hold(limit);
    tell(conversation, 30, 300);
    limit.take();
    tell(conversation, 30, 300);
    tell(conversation, 90, 500);
    limit.take();

    assertThat(limit.asked).containsExactly(new Extension(30, 300), new Extension(60, 200));
  }

  /** The turn that follows would run on what nobody has reserved. */
  @Test
  void takesForATurnThatIsToldOfWhileAnotherIsBeingTakenFor() {
    RequestAdmission conversation = endless(Kind.TURNS);
    conversation.hold(limit);
    tell(conversation, 30, 300);
    tell(conversation, 50, 400);
    tell(conversation, 90, 700);
    assertThat(limit.asked).containsExactly(new Extension(30, 300));

    limit.take();
    assertThat(limit.asked).containsExactly(new Extension(30, 300), new Extension(60, 400));

    limit.take();
    assertThat(limit.asked).hasSize(2);
  }

  @Test
  void takesForTheLastTurnThatIsToldOfOneAfterTheOther() {
    RequestAdmission conversation = endless(Kind.TURNS);
    conversation.hold(limit);
    tell(conversation, 10, 0);
    tell(conversation, 20, 0);
    limit.take();
    tell(conversation, 40, 0);
    limit.take();
    limit.take();

    assertThat(limit.asked)
        .containsExactly(new Extension(10, 0), new Extension(10, 0), new Extension(20, 0));
  }

  @Test
  void takesNothingMoreOfWhatIsOver() {
    RequestAdmission conversation = endless(Kind.TURNS);
    conversation.hold(limit);
    tell(conversation, 30, 300);
    tell(conversation, 60, 600);
    conversation.settle(null, null);
    limit.take();
    tell(conversation, 90, 900);

    assertThat(limit.asked).containsExactly(new Extension(30, 300));
  }

  @Test
  void endsAConversationForWhichNoMoreCanBeTaken() {
    RequestAdmission conversation = endless(Kind.TURNS);
    conversation.hold(limit);
    Open answer = new Open();
    conversation.add(answer);
    tell(conversation, 30, 300);
    tell(conversation, 60, 600);
    limit.fail(GONE.asException());

    assertThat(answer.ends).containsExactly(GONE);
    tell(conversation, 90, 900);
    assertThat(limit.asked).hasSize(1);
  }

  @Test
  void endsAConversationThatHasHadTooMuch() {
    RequestAdmission conversation = admission(Kind.TURNS, 500, 800);
    Open answer = new Open();
    conversation.add(answer);
    tell(conversation, 100, 799);
    assertThat(answer.ends).isEmpty();
    tell(conversation, 100, 800);
    tell(conversation, 600, 900);

    assertThat(answer.ends).containsExactly(TOO_LONG);
  }

  @Test
  void takesAStepBeforeAStreamNeedsIt() {
    RequestAdmission stream = endless(Kind.STEPS);
    stream.hold(limit);
    List<String> told = new ArrayList<>();
    stream.whenTakenChanges(() -> told.add("more"));
    stream.passed(36);
    assertThat(limit.asked).isEmpty();

    stream.passed(37);
    stream.passed(90);
    assertThat(limit.asked).containsExactly(new Extension(100, 0));
    assertThat(told).isEmpty();

    limit.take();
    assertThat(told).containsExactly("more");
    assertThat(limit.asked).hasSize(1);
  }

  /** As much as it is ahead, and then a step, doubled each time up to the longest. */
  @Test
  void catchesUpWithAStreamThatIsAhead() {
    RequestAdmission stream = endless(Kind.STEPS);
    stream.hold(limit);
    stream.passed(150);
    stream.passed(700);
    limit.take();
    stream.passed(700);
    limit.take();
    stream.passed(700);
    stream.passed(1_100);
    limit.take();

    assertThat(limit.asked)
        .containsExactly(new Extension(150, 0), new Extension(700, 0), new Extension(550, 0));
  }

  @Test
  void takesNoMoreThanAStreamMayHave() {
    RequestAdmission stream = admission(Kind.STEPS, 150, Long.MAX_VALUE);
    stream.hold(limit);
    Open answer = new Open();
    stream.add(answer);
    stream.passed(90);
    limit.take();
    stream.passed(149);
    assertThat(limit.asked).containsExactly(new Extension(50, 0));
    assertThat(answer.ends).isEmpty();

    stream.passed(150);
    assertThat(answer.ends).containsExactly(TOO_LONG);
  }

  /** Whoever begins it later must end it too. */
  @Test
  void endsAnAnswerThatBeginsAfterItsEnd() {
    RequestAdmission stream = endless(Kind.STEPS);
    stream.hold(limit);
    stream.passed(90);
    limit.fail(new IllegalStateException("no"));
    Open answer = new Open();
    stream.add(answer);

    assertThat(answer.ends)
        .singleElement()
        .satisfies(reason -> assertThat(reason.code()).isEqualTo(ErrorCode.INTERNAL_ERROR));
  }

  /** However telling and taking meet: one at a time, and in the end all that was told. */
  @Test
  void losesNoTurnAndTakesNoneTwiceWhereThreadsMeet() throws Exception {
    int turns = 20_000;
    try (ExecutorService loop = Executors.newSingleThreadExecutor()) {
      Racing racing = new Racing(loop);
      RequestAdmission conversation = endless(Kind.TURNS);
      conversation.hold(racing);
      for (int turn = 1; turn <= turns; turn++) {
        tell(conversation, turn, 3L * turn);
        if (turn % 100 == 0) {
          racing.awaitTaken(turn);
        }
      }
      racing.awaitTaken(turns);
      assertThat(racing.costMicroUsd).isEqualTo(3L * turns);
    }
  }

  /** Takes on another thread. */
  private static final class Racing implements Permit {

    private final ExecutorService loop;
    private boolean busy;
    private boolean twoAtOnce;
    private long tokens;
    private long costMicroUsd;

    Racing(ExecutorService loop) {
      this.loop = loop;
    }

    @Override
    public synchronized Mono<Void> extend(Spent more) {
      twoAtOnce |= busy;
      busy = true;
      return Mono.fromFuture(CompletableFuture.runAsync(() -> taken(more), loop));
    }

    private synchronized void taken(Spent more) {
      busy = false;
      tokens += more.outputTokens();
      costMicroUsd += more.costMicroUsd();
      notifyAll();
    }

    /** Exactly so many. */
    synchronized void awaitTaken(long expected) throws InterruptedException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (tokens < expected && System.nanoTime() < deadline) {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline - System.nanoTime()));
      }
      assertThat(tokens).isEqualTo(expected);
      assertThat(twoAtOnce).isFalse();
    }

    @Override
    public void settle(Spent spent) {}

    @Override
    public void release() {}
  }
}
