package dev.tollgate.gateway.admission.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.admission.internal.Terms.Output;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.prices.ModelPrice.Pieces;
import dev.tollgate.gateway.streaming.AnswerListing.OpenAnswer;
import dev.tollgate.gateway.support.TestDemand;
import dev.tollgate.gateway.usage.Unsettled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A stream without a maximum, which takes more as it passes: 256 tokens at first. */
class TakenTest {

  private static final Rejection USED_UP =
      Rejection.of(ErrorCode.INSUFFICIENT_QUOTA, "A budget over this key is used up.");
  private static final Rejection AWAY =
      Rejection.of(ErrorCode.SERVICE_UNAVAILABLE, "The budgets cannot be checked at the moment.");

  private final List<String> told = new ArrayList<>();
  private final RequestAdmission admission = admission(Long.MAX_VALUE, Output.Kind.STEPS);
  private final Limit limit = new Limit();
  private final OpenAnswer answer =
      new OpenAnswer() {
        @Override
        public void breakOffSoon(Rejection reason) {
          told.add("broken off");
        }

        @Override
        public void endSoon(Rejection reason) {
          told.add("ends: " + reason.code().code());
        }

        @Override
        public void goOnSoon() {
          told.add("goes on");
        }
      };

  private static RequestAdmission admission(long most, Output.Kind kind) {
    return new RequestAdmission(
        new Terms(
            TestDemand.under(List.of()).tokens(1, 256).cost(1).demand(),
            null,
            null,
            Pieces.NONE,
            new Output(kind, most, Long.MAX_VALUE, OutputLimits.TOO_MANY_TOKENS)),
        tokens -> new Unsettled(tokens, null),
        10_000);
  }

  /** Has so much left beyond the first step. */
  private final class Limit implements Permit {

    long left = Long.MAX_VALUE;
    Rejection refusal = USED_UP;
    Mono<Void> answers = Mono.empty();

    @Override
    public Mono<Void> extend(Spent more) {
      long outputTokens = more.outputTokens();
      return answers.then(
          Mono.defer(() -> {
            told.add((left < outputTokens ? "refused " : "took ") + outputTokens);
            if (left < outputTokens) {
              return Mono.error(refusal.asException());
            }
            left -= outputTokens;
            return Mono.empty();
          }));
    }

    @Override
    public void settle(Spent spent) {}

    @Override
    public void release() {}
  }

  @BeforeEach
  void begin() {
    admission.hold(limit);
    admission.add(answer);
  }

  @Test
  void takesAStepBeforeTheLastOneIsUsedUp() {
    assertThat(admission.passed(191)).isTrue();
    assertThat(told).isEmpty();
    assertThat(admission.passed(193)).isTrue();
    assertThat(told).containsExactly("took 256", "goes on");
  }

  @Test
  void letsNothingPassAheadOfWhatIsTaken() {
    Sinks.Empty<Void> answer = Sinks.empty();
    limit.answers = answer.asMono();
    assertThat(admission.passed(252)).isTrue();
    // The next piece may have some tokens.
    assertThat(admission.passed(253)).isFalse();
    assertThat(admission.passed(256)).isFalse();

    answer.tryEmitEmpty();

    assertThat(told).containsExactly("took 256", "goes on");
    assertThat(admission.passed(260)).isTrue();
  }

  @Test
  void takesLessWhereAWholeStepDoesNotFitAndEndsWithAllOfThat() {
    limit.left = 100;

    assertThat(admission.passed(200)).isTrue();
    assertThat(told).containsExactly("refused 256", "refused 128", "took 64", "goes on");
    told.clear();
    admission.passed(255);
    assertThat(told).isEmpty();
    admission.passed(258);
    assertThat(told)
        .containsExactly(
            "refused 320", "refused 160", "refused 80", "ends: insufficient_quota", "goes on");
    told.clear();
    admission.passed(300);
    assertThat(told).isEmpty();
  }

  /** A read of the provider's connection may bring a hundred pieces more before it ends. */
  @Test
  void letsNothingPassOnceItEnds() {
    limit.left = 0;

    assertThat(admission.passed(190)).isTrue();
    assertThat(admission.passed(193)).isFalse();
  }

  @Test
  void letsNothingPassBeyondTheMost() {
    RequestAdmission limited = admission(1000, Output.Kind.TAKEN);
    limited.add(answer);

    assertThat(limited.passed(999)).isTrue();
    assertThat(limited.passed(1000)).isFalse();
    assertThat(told).containsExactly("ends: max_tokens_exceeded");
  }

  @Test
  void goesOnWithWhatItHasWhereNoMoreCanBeTaken() {
    limit.left = 0;

    admission.passed(190);
    admission.passed(193);
    assertThat(told).contains("ends: insufficient_quota");
  }

  @Test
  void doesNotAskAgainAndAgainWhereNobodyAnswers() {
    limit.left = 0;
    limit.refusal = AWAY;

    admission.passed(200);

    assertThat(told).containsExactly("refused 256", "ends: service_unavailable", "goes on");
  }

  /** What is left of its answer must not wait for a step that nobody takes any more. */
  @Test
  void holdsNothingBackOnceTheRequestIsOver() {
    admission.release();

    assertThat(admission.passed(300)).isTrue();
    assertThat(told).containsExactly("goes on");
  }
}
