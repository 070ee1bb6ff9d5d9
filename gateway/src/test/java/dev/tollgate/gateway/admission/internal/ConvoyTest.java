package dev.tollgate.gateway.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.admission.internal.Terms.Output;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.prices.ModelPrice.Pieces;
import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.support.TestDemand;
import dev.tollgate.gateway.usage.Unsettled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.test.scheduler.VirtualTimeScheduler;

class ConvoyTest {

  private static final Precondition HELD = new Precondition("set", "member");
  private static final Demand DEMAND = TestDemand.under(List.of()).demand();

  private final RejectionException refusal = refusal("first");
  private final RejectionException otherRefusal = refusal("second");
  private final Questions leader = new Questions();
  private final Questions follower = new Questions();
  private final RequestAdmission admission =
      new RequestAdmission(
          new Terms(DEMAND, null, null, Pieces.NONE, Output.TAKEN),
          tokens -> new Unsettled(tokens, null),
          1);
  private @Nullable Throwable failure;
  private boolean passed;
  private long nanos = Long.MAX_VALUE;

  private static RejectionException refusal(String message) {
    return Rejection.of(ErrorCode.RATE_LIMIT_EXCEEDED, message).asException();
  }

  /** A limiter that is answered for by the test. */
  private static final class Questions implements Limiter {

    private final List<MonoSink<Permit>> inTurn = new ArrayList<>();
    private final List<MonoSink<Permit>> early = new ArrayList<>();
    private final List<Precondition> preconditions = new ArrayList<>();
    private final List<Consumer<Precondition>> asked = new ArrayList<>();
    private boolean line;

    @Override
    public int getOrder() {
      return 0;
    }

    @Override
    public Mono<Permit> admit(Demand demand) {
      return Mono.create(inTurn::add);
    }

    @Override
    public Mono<Permit> admit(Demand demand, Consumer<Precondition> told) {
      asked.add(told);
      return admit(demand);
    }

    @Override
    public Mono<Permit> admitIf(Precondition precondition, Demand demand) {
      preconditions.add(precondition);
      return Mono.create(early::add);
    }

    @Override
    public boolean keepsInLine() {
      return line;
    }

    void leads() {
      asked.getFirst().accept(HELD);
    }
  }

  private static final class Ticket implements Permit {

    private int released;

    @Override
    public void settle(Spent spent) {}

    @Override
    public void release() {
      released++;
    }
  }

  /** As the filter does. */
  private Disposable begin() {
    return new Convoy(List.of(leader, follower), DEMAND, admission, () -> nanos)
        .pass()
        .doFinally(signal -> {
          if (!passed) {
            admission.release();
          }
        })
        .subscribe(nothing -> {}, error -> failure = error, () -> passed = true);
  }

  private void isPassedWith(Ticket... tickets) {
    assertThat(failure).isNull();
    assertThat(passed).isTrue();
    assertThat(Stream.of(tickets)).allMatch(ticket -> ticket.released == 0);
    admission.release();
    assertThat(Stream.of(tickets)).allMatch(ticket -> ticket.released == 1);
  }

  @Test
  void asksInTurnWhereNobodyLeads() {
    var _ = begin();
    assertThat(follower.inTurn).isEmpty();
    Ticket one = new Ticket();
    Ticket two = new Ticket();
    leader.inTurn.getFirst().success(one);
    follower.inTurn.getFirst().success(two);
    assertThat(follower.early).isEmpty();
    isPassedWith(one, two);
  }

  @Test
  void asksThoseBehindAsSoonAsTheFirstIsOnItsWay() {
    var _ = begin();
    leader.leads();
    assertThat(follower.preconditions).containsExactly(HELD);
    assertThat(leader.preconditions).isEmpty();
    Ticket one = new Ticket();
    Ticket two = new Ticket();
    leader.inTurn.getFirst().success(one);
    assertThat(passed).isFalse();
    follower.early.getFirst().success(two);
    assertThat(follower.inTurn).isEmpty();
    isPassedWith(one, two);
  }

  @Test
  void keepsAnAnswerUntilItsTurn() {
    var _ = begin();
    leader.leads();
    Ticket one = new Ticket();
    Ticket two = new Ticket();
    follower.early.getFirst().success(two);
    assertThat(passed).isFalse();
    leader.inTurn.getFirst().success(one);
    assertThat(follower.inTurn).isEmpty();
    isPassedWith(one, two);
  }

  @Test
  void asksAnewInTurnWhereThePreconditionDidNotHold() {
    var _ = begin();
    leader.leads();
    follower.early.getFirst().success();
    assertThat(follower.inTurn).isEmpty();
    Ticket one = new Ticket();
    Ticket two = new Ticket();
    leader.inTurn.getFirst().success(one);
    follower.inTurn.getFirst().success(two);
    isPassedWith(one, two);
  }

  @Test
  void doesNotAskTwiceWhereTheFirstIsAnsweredBeforeItLeads() {
    var _ = begin();
    Ticket one = new Ticket();
    Ticket two = new Ticket();
    leader.inTurn.getFirst().success(one);
    leader.leads();
    assertThat(follower.early).isEmpty();
    follower.inTurn.getFirst().success(two);
    isPassedWith(one, two);
  }

  @Test
  void tellsARefusalInItsTurn() {
    var _ = begin();
    leader.leads();
    follower.early.getFirst().error(refusal);
    assertThat(failure).isNull();
    Ticket one = new Ticket();
    leader.inTurn.getFirst().success(one);
    assertThat(failure).isSameAs(refusal);
    assertThat(follower.inTurn).isEmpty();
    assertThat(one.released).isEqualTo(1);
  }

  @Test
  void theFirstRefusalIsTold() {
    var _ = begin();
    leader.leads();
    follower.early.getFirst().error(otherRefusal);
    leader.inTurn.getFirst().error(refusal);
    assertThat(failure).isSameAs(refusal);
  }

  @Test
  void givesBackWhatWasTakenForOneThatIsRefusedThen() {
    var _ = begin();
    leader.leads();
    Ticket two = new Ticket();
    follower.early.getFirst().success(two);
    leader.inTurn.getFirst().error(refusal);
    assertThat(failure).isSameAs(refusal);
    assertThat(two.released).isEqualTo(1);
  }

  @Test
  void givesBackWhatIsTakenForOneThatWasRefusedBefore() {
    var _ = begin();
    leader.leads();
    leader.inTurn.getFirst().error(refusal);
    Ticket two = new Ticket();
    follower.early.getFirst().success(two);
    assertThat(two.released).isEqualTo(1);
  }

  @Test
  void givesBackWhateverIsTakenForAClientThatGoesBeforeAnyAnswer() {
    Disposable client = begin();
    leader.leads();
    client.dispose();
    Ticket two = new Ticket();
    follower.early.getFirst().success(two);
    assertThat(two.released).isEqualTo(1);
    assertThat(follower.inTurn).isEmpty();
  }

  @Test
  void givesBackWhateverIsTakenForAClientThatGoesBetweenTheAnswers() {
    Disposable client = begin();
    leader.leads();
    Ticket one = new Ticket();
    leader.inTurn.getFirst().success(one);
    client.dispose();
    assertThat(one.released).isEqualTo(1);
    Ticket two = new Ticket();
    follower.early.getFirst().success(two);
    assertThat(two.released).isEqualTo(1);
  }

  @Test
  void givesBackWhateverWasTakenForAClientThatGoesBeforeItsTurn() {
    Disposable client = begin();
    leader.leads();
    Ticket two = new Ticket();
    follower.early.getFirst().success(two);
    client.dispose();
    assertThat(two.released).isEqualTo(1);
  }

  @Test
  void givesBackWhatIsTakenForAClientThatHasGoneBeforeItLed() {
    Disposable client = begin();
    client.dispose();
    leader.leads();
    Ticket two = new Ticket();
    follower.early.forEach(sink -> sink.success(two));
    assertThat(two.released).isEqualTo(follower.early.size());
  }

  @Test
  void aFailureToAskIsToldInItsTurn() {
    Limiter broken =
        new Limiter() {
          @Override
          public int getOrder() {
            return 0;
          }

          @Override
          public Mono<Permit> admit(Demand demand) {
            return Mono.just(Permit.NONE);
          }

          @Override
          public Mono<Permit> admitIf(Precondition precondition, Demand demand) {
            throw new IllegalStateException("broken");
          }
        };
    var _ =
        new Convoy(List.of(leader, broken), DEMAND, admission, () -> nanos)
            .pass()
            .subscribe(nothing -> {}, error -> failure = error);
    leader.leads();
    assertThat(failure).isNull();
    leader.inTurn.getFirst().success(Permit.NONE);
    assertThat(failure).hasMessage("broken");
  }

  @Nested
  class WithSlowStores {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();

    @AfterEach
    void goOn() {
      VirtualTimeScheduler.reset();
    }

    private void pass(long millis) {
      nanos += Duration.ofMillis(millis).toNanos();
      time.advanceTimeBy(Duration.ofMillis(millis));
    }

    private void isRefusedAsUnavailable() {
      assertThat(failure)
          .isInstanceOfSatisfying(
              RejectionException.class,
              refused ->
                  assertThat(refused.rejection().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
    }

    @Test
    void waitsForAllTogetherNotForEach() {
      var _ = begin();
      pass(800);
      Ticket one = new Ticket();
      leader.inTurn.getFirst().success(one);
      pass(399);
      assertThat(failure).isNull();
      pass(1);
      isRefusedAsUnavailable();
      assertThat(one.released).isEqualTo(1);
      assertThat(passed).isFalse();
    }

    @Test
    void hearsWhatIsKnownAtOnceHoweverLate() {
      var _ = begin();
      pass(5000);
      Ticket one = new Ticket();
      leader.inTurn.getFirst().success(one);
      pass(99);
      Ticket two = new Ticket();
      follower.inTurn.getFirst().success(two);
      isPassedWith(one, two);
    }

    @Test
    void doesNotCountTheTimeInLine() {
      leader.line = true;
      var _ = begin();
      pass(60_000);
      Ticket one = new Ticket();
      leader.inTurn.getFirst().success(one);
      pass(60_000);
      Ticket two = new Ticket();
      follower.inTurn.getFirst().success(two);
      isPassedWith(one, two);
    }

    @Test
    void givesBackWhatIsTakenTooLateForOneThatFollowed() {
      var _ = begin();
      leader.leads();
      pass(1000);
      leader.inTurn.getFirst().success(new Ticket());
      pass(200);
      isRefusedAsUnavailable();
      Ticket late = new Ticket();
      follower.early.getFirst().success(late);
      assertThat(late.released).isEqualTo(1);
    }
  }
}
