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
 * What was taken for one answer, and more of it, in steps, while a stream of unknown length passes.
 * Ends the answer where no more is left. Thread-safe.
 */
final class Taken {

  static final Rejection INTERNAL =
      Rejection.of(ErrorCode.INTERNAL_ERROR, "An internal error occurred.");

  /** What is kept in hand, at least, while more is taken: the provider does not wait for that. */
  private static final long LEAST_AHEAD = 64;

  private static final int AHEAD_PART = 8;

  /** Of a piece of a stream, by a count that errs high: it is looked at when it has passed. */
  private static final long PIECE = 4;

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
    return new TokenUsage(terms.demand().inputTokens(), tokens, 0, 0, 0);
  }

  long costMicroUsd() {
    return costMicroUsd;
  }

  void whenMoreIsTaken(Runnable changed) {
    whenMoreIsTaken = changed;
  }

  /** As {@link dev.tollgate.gateway.usage.Admission#passed}. */
  boolean passed(long outputTokens) {
    if (outputTokens >= terms.output().most()) {
      answer.end(terms.output().reason());
      return !answer.isEnding();
    }
    if (terms.output().kind() != Kind.STEPS) {
      return true;
    }
    passed = outputTokens;
    if (!endAfterLastStep() && outputTokens > tokens - Math.max(LEAST_AHEAD, tokens / AHEAD_PART)) {
      take(() -> step(outputTokens));
    }
    return !isAheadOfTaking() && !answer.isEnding();
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
    return taking && passed > tokens - PIECE;
  }

  /** As much as the answer is ahead already, and then a step. */
  private Spent step(long outputTokens) {
    long had = tokens;
    long behind = Math.max(0, outputTokens - had);
    long step = Math.min(behind + Math.min(had, longestStep), terms.output().most() - had);
    return step <= 0 ? Spent.NOTHING : stepOf(step);
  }

  private Spent stepOf(long more) {
    long had = tokens;
    return new Spent(0, more, terms.costMicroUsd(had + more) - terms.costMicroUsd(had));
  }

  /** One at a time: what has passed meanwhile is looked at with the next piece that passes. */
  private void take(Supplier<Spent> missing) {
    Spent step;
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

  private void extend(Spent step) {
    List<Permit> extended = permits.get();
    if (extended == null) {
      stopTaking();
      return;
    }
    Flux.fromIterable(extended)
        .concatMap(permit -> permit.extend(step))
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
  private void hasTaken(Spent step) {
    synchronized (this) {
      tokens += step.outputTokens();
      costMicroUsd += step.costMicroUsd();
      taking = false;
    }
    whenMoreIsTaken.run();
    answer.goOn();
  }

  /** Of what is left a smaller step may still fit. */
  private void hasNotTaken(Spent step, Throwable failure) {
    Rejection reason = reason(failure);
    long less = step.outputTokens() / 2;
    if (less >= LEAST_AHEAD && isUsedUp(reason)) {
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
