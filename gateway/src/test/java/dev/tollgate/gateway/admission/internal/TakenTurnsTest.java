package dev.tollgate.gateway.admission.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.admission.internal.Terms.Output;
import dev.tollgate.gateway.admission.internal.Terms.Output.Kind;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.pipeline.Protocol;
import dev.tollgate.gateway.prices.ModelPrice.Pieces;
import dev.tollgate.gateway.streaming.AnswerListing.OpenAnswer;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.EventUsageReader;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.Turns;
import dev.tollgate.gateway.usage.Unsettled;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Turns of one conversation beside each other: each may cost 100, and has 10 in and 20 out. */
class TakenTurnsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long TURN = 100;
  private static final Rejection GONE =
      Rejection.of(ErrorCode.INSUFFICIENT_QUOTA, "The budget is gone.");
  private static final Rejection TOO_EXPENSIVE =
      Rejection.of(ErrorCode.REQUEST_TOO_EXPENSIVE, "It is too expensive.");

  private final Budget budget = new Budget(400);
  private final Budget second = new Budget(Long.MAX_VALUE / 2);
  private final EventUsageReader provider =
      new EventUsageReader(Protocol.OPENAI, EventUsageReader.LONGEST_TURN);
  private final Turns turns = provider.turns();
  private final List<Rejection> ends = new ArrayList<>();
  private final List<Long> noted = new ArrayList<>();
  private final RequestAdmission admission = conversation(Long.MAX_VALUE);

  /** As a budget, and a limit of tokens beside it. */
  private static final class Budget {

    private long limit;
    private long reserved;
    private long spent;
    private long tokens;
    private int stored;

    /** What was neither free nor given back, after any settlement. */
    private long least = Long.MAX_VALUE;

    private Mono<Void> answers = Mono.empty();
    private Mono<Void> extensions = Mono.empty();

    Budget(long limit) {
      this.limit = limit;
    }

    Mono<Permit> admit() {
      return answers.then(
          Mono.fromSupplier(() -> {
            reserve(TURN);
            tokens += 30;
            return new Reserved(this);
          }));
    }

    Permit first() {
      return Objects.requireNonNull(admit().block(PATIENCE));
    }

    void reserve(long amount) {
      if (spent + reserved + amount > limit) {
        throw GONE.asException();
      }
      reserved += amount;
    }
  }

  private static final class Reserved implements Permit {

    private final Budget budget;
    private long amount = TURN;
    private long tokens = 30;
    private boolean over;

    Reserved(Budget budget) {
      this.budget = budget;
    }

    @Override
    public Mono<Void> extend(Spent more) {
      return budget.extensions.then(
          Mono.fromRunnable(() -> {
            budget.reserve(more.costMicroUsd());
            amount += more.costMicroUsd();
            tokens += more.inputTokens() + more.outputTokens();
            budget.tokens += more.inputTokens() + more.outputTokens();
          }));
    }

    @Override
    public Mono<Permit> another() {
      return budget.admit();
    }

    @Override
    public void settle(Spent spent) {
      assertThat(over).as("settled once").isFalse();
      over = true;
      budget.reserved -= amount;
      budget.spent += spent.costMicroUsd();
      budget.least = Math.min(budget.least, budget.reserved + budget.spent);
      budget.tokens += spent.inputTokens() + spent.outputTokens() - tokens;
    }

    @Override
    public void release() {
      settle(Spent.NOTHING);
    }

    @Override
    public Runnable whenStored() {
      return () -> budget.stored++;
    }
  }

  private RequestAdmission conversation(long mostCost) {
    Instant at = Instant.parse("2026-11-22T12:34:56Z");
    Demand demand = new Demand("req_1", "org_1", List.of(), "m", at, false, 10, 20, TURN, null);
    Terms terms =
        new Terms(
            demand,
            null,
            null,
            Pieces.NONE,
            new Output(Kind.TURNS, Long.MAX_VALUE, mostCost, TOO_EXPENSIVE));
    RequestAdmission made =
        new RequestAdmission(terms, tokens -> new Unsettled(tokens, null), 10_000);
    made.hold(budget.first());
    made.hold(second.first());
    made.follow(turns);
    made.whenTakenChanges(() -> noted.add(budget.reserved));
    made.add(
        new OpenAnswer() {
          @Override
          public void breakOffSoon(Rejection reason) {
            throw new AssertionError("it ends in order");
          }

          @Override
          public void endSoon(Rejection reason) {
            ends.add(reason);
          }
        });
    return made;
  }

  /** Whether there was room for it. */
  private boolean ask() {
    turns.waits();
    try {
      admission.coverTurns().block(PATIENCE);
      assertThat(admission.coversTurns()).isTrue();
      turns.sent(null);
      return true;
    } catch (RejectionException refused) {
      assertThat(refused.rejection()).isEqualTo(GONE);
      turns.withdrawn();
      admission.turnsChanged();
      return false;
    }
  }

  private void done(long sumInput, long sumOutput, long sumCost) {
    end();
    admission.taken(new TokenUsage(sumInput, sumOutput, 0, 0, 0), new Charge(sumCost, "prc_1"));
    admission.turnsChanged();
  }

  /** Of the oldest turn. */
  private void end() {
    tell("response.created");
    tell("response.done");
  }

  private void tell(String event) {
    provider.accept(Unpooled.copiedBuffer("{\"type\":\"%s\"}".formatted(event), UTF_8));
    provider.eventEnded();
  }

  @Test
  void takesAsManyAsFitAndNothingForOneMore() {
    assertThat(List.of(ask(), ask(), ask(), ask(), ask(), ask()))
        .containsExactly(true, true, true, true, false, false);
    assertThat(budget.reserved).isEqualTo(400);
    assertThat(second.reserved).isEqualTo(400);
    assertThat(ends).isEmpty();
  }

  /** The first is what the conversation was let in with. */
  @Test
  void takesNothingForTheFirst() {
    assertThat(ask()).isTrue();
    assertThat(budget.reserved).isEqualTo(100);
    assertThat(noted).isEmpty();
  }

  @Test
  void notesWhatIsTakenBeforeAnythingPasses() {
    turns.waits();
    turns.sent(null);
    turns.waits();
    List<Integer> seen = new ArrayList<>();
    admission.coverTurns().doOnTerminate(() -> seen.add(noted.size())).block(PATIENCE);
    assertThat(seen).containsExactly(1);
    assertThat(noted).containsExactly(200L);
  }

  @Test
  void givesBackWhatATurnDidNotUseWhenItEnds() {
    ask();
    ask();
    ask();
    done(10, 5, 30);
    assertThat(budget.reserved).isEqualTo(200);
    assertThat(budget.spent).isEqualTo(30);
    assertThat(budget.tokens).isEqualTo(60 + 15);
    done(20, 10, 70);
    assertThat(budget.reserved).isEqualTo(100);
    assertThat(budget.spent).isEqualTo(70);

    done(30, 15, 100);
    // The one that may come next stays reserved beside what was told.
    assertThat(budget.reserved).isEqualTo(130);
    assertThat(budget.spent).isEqualTo(70);
    admission.settle(new TokenUsage(30, 15, 0, 0, 0), new Charge(100, "prc_1"));
    assertThat(budget.reserved).isZero();
    assertThat(budget.spent).isEqualTo(100);
    assertThat(budget.tokens).isEqualTo(45);
    assertThat(second.spent).isEqualTo(100);
    admission.whenStored().run();
    assertThat(budget.stored).isEqualTo(3);
  }

  @Test
  void givesBackTheWholeTurnThatWasNotTold() {
    ask();
    ask();
    end();
    admission.turnsChanged();
    // It may still have to be paid for.
    assertThat(budget.reserved).isEqualTo(200);
    turns.settled();
    admission.turnsChanged();
    assertThat(budget.reserved).isEqualTo(100);
    assertThat(budget.spent).isZero();
    assertThat(noted).containsExactly(200L, 100L);
  }

  /** Asks for a turn without waiting; what is heard comes later. */
  private List<String> askLater() {
    List<String> heard = new ArrayList<>();
    turns.waits();
    var _ =
        admission
            .coverTurns()
            .subscribe(
                nothing -> {},
                gone -> {
                  heard.add("refused");
                  turns.withdrawn();
                  admission.turnsChanged();
                },
                () -> {
                  heard.add("covered");
                  turns.sent(null);
                });
    return heard;
  }

  /** Until then what was taken for it may be what pays for it. */
  @Test
  void givesWhatATurnHadToNoOtherBeforeItIsPaid() {
    fill();
    end();
    assertThat(admission.coversTurns()).isFalse();
    List<String> heard = askLater();
    assertThat(heard).isEmpty();
    admission.taken(new TokenUsage(0, 0, 0, 0, 0), new Charge(0, "prc_1"));
    assertThat(heard).containsExactly("covered");
    assertThat(budget.reserved).isEqualTo(400);
  }

  @Test
  void goesOnWithATurnWhereTheLastWasNotTold() {
    ask();
    end();
    List<String> heard = askLater();
    assertThat(heard).isEmpty();
    turns.settled();
    admission.turnsChanged();
    assertThat(heard).containsExactly("covered");
    assertThat(budget.reserved).isEqualTo(100);
  }

  /** While what was told is being paid, nobody knows yet whether there is room. */
  @Test
  void asksForATurnWhenTheLastIsPaid() {
    assertThat(ask()).isTrue();
    Sinks.Empty<Void> extended = Sinks.empty();
    budget.extensions = extended.asMono();
    done(10, 10, 250);
    assertThat(admission.coversTurns()).isFalse();
    List<String> heard = askLater();
    assertThat(heard).isEmpty();
    assertThat(budget.reserved).isEqualTo(100);
    extended.tryEmitEmpty();
    assertThat(heard).containsExactly("covered");
    assertThat(budget.reserved).isEqualTo(350);
    assertThat(ask()).isFalse();
    assertThat(ends).isEmpty();
  }

  /** It is paid from what it had, which is free once the other has its own, or does without. */
  @ParameterizedTest
  @CsvSource({"500, covered, 400", "400, refused, 300"})
  void paysForATurnOnceTheNextIsTakenOrNot(long limit, String outcome, long reserved) {
    budget.limit = limit;
    fill();
    Sinks.Empty<Void> store = Sinks.empty();
    budget.answers = store.asMono();
    List<String> heard = askLater();
    done(10, 10, 50);
    assertThat(budget.reserved + budget.spent).isEqualTo(400);
    store.tryEmitEmpty();
    assertThat(heard).containsExactly(outcome);
    assertThat(budget.reserved).isEqualTo(reserved);
    assertThat(budget.spent).isEqualTo(50);
    assertThat(ends).isEmpty();
  }

  private void fill() {
    for (int i = 0; i < 4; i++) {
      ask();
    }
  }

  /** Rather than that all those end that run. */
  @Test
  void refusesTheNextTurnWhereTheLastHasToBePaidFromItsRoom() {
    fill();
    turns.waits();
    done(10, 10, 50);
    assertThat(ends).isEmpty();
    assertThat(admission.coversTurns()).isFalse();
    assertThatThrownBy(() -> admission.coverTurns().block(PATIENCE))
        .isInstanceOf(RejectionException.class);
    turns.withdrawn();
    admission.turnsChanged();
    assertThat(budget.reserved).isEqualTo(300);
    assertThat(budget.spent).isEqualTo(50);
    assertThat(ends).isEmpty();
  }

  @Test
  void whatIsFreeAgainIsThereForTheNext() {
    fill();
    assertThat(ask()).isFalse();
    done(10, 5, 0);
    assertThat(ask()).isTrue();
  }

  @Test
  void endsTheConversationWhereNothingIsLeftForTheNextTurn() {
    fill();
    for (int i = 1; i <= 3; i++) {
      done(10, 10, i * 100L);
      assertThat(ends).isEmpty();
    }
    done(10, 10, 400);
    assertThat(ends).containsExactly(GONE);
  }

  /** What is still to be paid must not be free for others while it is being settled. */
  @Test
  void spreadsWhatBrokeOffOverAllThatWasTakenForIt() {
    ask();
    ask();
    ask();
    admission.settle(new TokenUsage(25, 50, 0, 0, 0), new Charge(250, "prc_1"));
    assertThat(budget.spent).isEqualTo(250);
    assertThat(budget.reserved).isZero();
    assertThat(budget.tokens).isEqualTo(75);
    assertThat(budget.least).isEqualTo(250);
  }

  @Test
  void keepsWhatIsAboveAllThatWasTaken() {
    ask();
    ask();
    admission.settle(new TokenUsage(25, 50, 0, 0, 0), new Charge(333, "prc_1"));
    assertThat(budget.spent).isEqualTo(333);
    assertThat(budget.reserved).isZero();
  }

  @Test
  void givesBackWhatComesWhenTheConversationIsOver() {
    ask();
    Sinks.Empty<Void> answer = Sinks.empty();
    budget.answers = answer.asMono();
    turns.waits();
    var waiting = admission.coverTurns().subscribe();
    admission.settle(new TokenUsage(1, 1, 0, 0, 0), new Charge(10, "prc_1"));
    answer.tryEmitEmpty();
    assertThat(budget.reserved).isZero();
    assertThat(second.reserved).isZero();
    waiting.dispose();
  }

  @Test
  void givesBackWhatComesWhenNobodyWaitsForItAnyMore() {
    ask();
    Sinks.Empty<Void> answer = Sinks.empty();
    budget.answers = answer.asMono();
    turns.waits();
    admission.coverTurns().subscribe().dispose();
    turns.withdrawn();
    answer.tryEmitEmpty();
    admission.turnsChanged();
    assertThat(budget.reserved).isEqualTo(100);
  }

  @Test
  void takesOfNoLimitWhatAnotherHasNoRoomFor() {
    Budget tight = new Budget(150);
    admission.hold(tight.first());
    assertThat(ask()).isTrue();
    assertThat(ask()).isFalse();
    assertThat(budget.reserved).isEqualTo(100);
    assertThat(second.reserved).isEqualTo(100);
    assertThat(tight.reserved).isEqualTo(100);
  }

  @Test
  void asksForNoTurnBeyondWhatOneConversationMayCost() {
    RequestAdmission limited = conversation(150);
    turns.waits();
    turns.sent(null);
    turns.waits();
    limited.coverTurns().block(PATIENCE);
    turns.sent(null);
    turns.waits();
    assertThatThrownBy(() -> limited.coverTurns().block(PATIENCE))
        .isInstanceOfSatisfying(
            RejectionException.class,
            refused -> assertThat(refused.rejection()).isEqualTo(TOO_EXPENSIVE));
  }

  /** Whatever happens in whatever order: never beyond the limit, and nothing stays. */
  @Test
  void isExactInAnyOrder() {
    Random random = new Random(20_261_122);
    for (int round = 0; round < 200; round++) {
      new TakenTurnsTest().play(random);
    }
  }

  private void play(Random random) {
    long told = 0;
    int open = 0;
    for (int step = 0; step < 60 && ends.isEmpty(); step++) {
      if (random.nextBoolean()) {
        open += ask() ? 1 : 0;
      } else if (open > 0) {
        open--;
        long cost = random.nextInt((int) TURN / 4);
        if (random.nextInt(4) == 0) {
          end();
          turns.settled();
          admission.turnsChanged();
        } else {
          told += cost;
          done(0, 0, told);
        }
      }
      assertThat(budget.reserved + budget.spent).isLessThanOrEqualTo(400);
      if (ends.isEmpty()) {
        assertThat(budget.reserved + budget.spent).isEqualTo(told + Math.max(1, open) * TURN);
      }
    }
    long total = told + open * (TURN / 2);
    admission.settle(new TokenUsage(0, 0, 0, 0, 0), new Charge(total, "prc_1"));
    assertThat(budget.reserved).isZero();
    assertThat(budget.spent).isEqualTo(total);
  }
}
