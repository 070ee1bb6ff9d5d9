package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.admission.internal.Terms.Output.Kind;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.usage.TokenUsage;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * What was taken for one answer, and more of it for an answer of unknown length: in steps while a
 * stream passes, turn by turn of a conversation. Ends the answer where no more is left.
 * Thread-safe.
 */
final class Taken {

  private static final Rejection INTERNAL =
      Rejection.of(ErrorCode.INTERNAL_ERROR, "An internal error occurred.");

  /** What is kept in hand, at least, while more is taken: the provider does not wait for that. */
  private static final long LEAST_AHEAD = 64;

  private static final int AHEAD_PART = 8;

  /** What is taken beyond what was. */
  private record Step(long tokens, long costMicroUsd) {

    static final Step NONE = new Step(0, 0);

    boolean isNothing() {
      return tokens == 0 && costMicroUsd == 0;
    }
  }

  private final Terms terms;
  private final long longestStep;
  private final ListedAnswer answer;
  private final Supplier<@Nullable List<Permit>> permits;
  private boolean taking;

  /** Why no more can be taken: the answer ends with what it has. */
  private @Nullable Rejection lastStep;

  private volatile Runnable whenMoreIsTaken = () -> {};
  private volatile long passed;
  private volatile long tokens;
  private volatile long costMicroUsd;

  /** What a conversation has told of until now; all else of it is the turn that is reserved. */
  private volatile Spent told = new Spent(0, 0, 0);

  /**
   * @param permits to extend; null: the request is over
   */
  Taken(
      Terms terms,
      long longestStep,
      ListedAnswer answer,
      Supplier<@Nullable List<Permit>> permits) {
    this.terms = terms;
    this.longestStep = longestStep;
    this.answer = answer;
    this.permits = permits;
    this.tokens = terms.demand().outputTokens();
    this.costMicroUsd = terms.demand().costMicroUsd();
  }

  TokenUsage tokens() {
    long input = terms.demand().inputTokens();
    return isConversation()
        ? new TokenUsage(
            told.inputTokens() + input,
            told.outputTokens() + terms.demand().outputTokens(),
            0,
            0,
            0)
        : new TokenUsage(input, tokens, 0, 0, 0);
  }

  long costMicroUsd() {
    return isConversation() ? told.costMicroUsd() + terms.demand().costMicroUsd() : costMicroUsd;
  }

  private boolean isConversation() {
    return terms.output().kind() == Kind.TURNS;
  }

  void whenMoreIsTaken(Runnable changed) {
    whenMoreIsTaken = changed;
  }

  /** As {@link dev.tollgate.gateway.usage.Admission#passed}. */
  boolean passed(long outputTokens) {
    if (outputTokens >= terms.output().most()) {
      answer.end(terms.output().reason());
      return true;
    }
    if (terms.output().kind() != Kind.STEPS) {
      return true;
    }
    passed = outputTokens;
    if (!endAfterLastStep() && outputTokens > tokens - Math.max(LEAST_AHEAD, tokens / AHEAD_PART)) {
      take(() -> step(outputTokens));
    }
    return !isAheadOfTaking();
  }

  /** Whether no more can be taken; the answer ends with all that was, but for what is underway. */
  private boolean endAfterLastStep() {
    Rejection reason;
    synchronized (this) {
      reason = lastStep;
    }
    if (reason != null && passed >= tokens - LEAST_AHEAD) {
      answer.end(reason);
    }
    return reason != null;
  }

  private synchronized boolean isAheadOfTaking() {
    return taking && passed >= tokens;
  }

  /** As much as the answer is ahead already, and then a step. */
  private Step step(long outputTokens) {
    long had = tokens;
    long behind = Math.max(0, outputTokens - had);
    long step = Math.min(behind + Math.min(had, longestStep), terms.output().most() - had);
    return step <= 0 ? Step.NONE : stepOf(step);
  }

  private Step stepOf(long more) {
    long had = tokens;
    return new Step(more, terms.costMicroUsd(had + more) - terms.costMicroUsd(had));
  }

  /** What a conversation has had until now. */
  void told(Spent sum) {
    told = sum;
    long before = terms.estimate() == null ? 0 : terms.estimate().input();
    if (sum.costMicroUsd() >= terms.output().mostCost()
        || sum.inputTokens() + sum.outputTokens() - before >= terms.output().most()) {
      answer.end(terms.output().reason());
    } else if (isConversation()) {
      take(this::turn);
    }
  }

  /** What the turns until now had, and one more may. */
  private Step turn() {
    Spent until = told;
    long more = until.outputTokens() + terms.demand().outputTokens() - tokens;
    long cost = until.costMicroUsd() + terms.demand().costMicroUsd() - costMicroUsd;
    return new Step(Math.max(0, more), Math.max(0, cost));
  }

  /**
   * One at a time: what has passed meanwhile is looked at with the next piece that passes. A turn
   * that was told of meanwhile is looked at as soon as this has been taken: the next may be the one
   * that has to be paid from it.
   */
  private void take(Supplier<Step> missing) {
    Step step;
    synchronized (this) {
      if (taking) {
        return;
      }
      step = missing.get();
      if (step.isNothing()) {
        return;
      }
      taking = true;
    }
    extend(step);
  }

  private void extend(Step step) {
    List<Permit> extended = permits.get();
    if (extended == null) {
      stopTaking();
      return;
    }
    Flux.fromIterable(extended)
        .concatMap(permit -> permit.extend(step.tokens(), step.costMicroUsd()))
        .subscribe(nothing -> {}, failure -> hasNotTaken(step, failure), () -> hasTaken(step));
  }

  /** The request is over: nothing is held back for what nobody takes any more. */
  private void stopTaking() {
    synchronized (this) {
      taking = false;
    }
    answer.goOn();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one at a time
  private void hasTaken(Step step) {
    synchronized (this) {
      tokens += step.tokens();
      costMicroUsd += step.costMicroUsd();
      taking = false;
    }
    if (isConversation()) {
      take(this::turn);
    } else {
      whenMoreIsTaken.run();
      answer.goOn();
    }
  }

  /** Of what is left a smaller step may still fit. */
  private void hasNotTaken(Step step, Throwable failure) {
    Rejection reason = reason(failure);
    long less = step.tokens() / 2;
    if (isConversation()) {
      answer.end(reason);
    } else if (less >= LEAST_AHEAD && isUsedUp(reason)) {
      extend(stepOf(less));
    } else {
      synchronized (this) {
        taking = false;
        lastStep = reason;
      }
      var _ = endAfterLastStep();
      answer.goOn();
    }
  }

  private static Rejection reason(Throwable failure) {
    return failure instanceof RejectionException refused ? refused.rejection() : INTERNAL;
  }

  private static boolean isUsedUp(Rejection reason) {
    return reason.code() == ErrorCode.INSUFFICIENT_QUOTA
        || reason.code() == ErrorCode.RATE_LIMIT_EXCEEDED;
  }
}
