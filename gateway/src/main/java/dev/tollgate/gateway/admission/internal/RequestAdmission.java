package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Quota;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.admission.internal.Terms.Output.Kind;
import dev.tollgate.gateway.error.ErrorCode;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.error.RejectionException;
import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.tokens.TokenEstimate;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.Unsettled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/** What limiters have taken for one request, until it is settled with them. */
final class RequestAdmission implements Admission {

  private static final Logger log = LoggerFactory.getLogger(RequestAdmission.class);

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
  private final Function<@Nullable TokenUsage, Unsettled> most;
  private final long longestStep;
  private final List<Permit> permits = new ArrayList<>();
  private final EndedAnswer answer = new EndedAnswer();
  private boolean over;
  private boolean taking;
  private volatile Runnable whenMoreIsTaken = () -> {};
  private volatile long takenTokens;
  private volatile long takenCost;

  /** What a conversation has told of until now; all else of it is the turn that is reserved. */
  private volatile Spent told = new Spent(0, 0, 0);

  /**
   * @param most what the request may come to where no money is reserved, by the tokens taken for it
   */
  RequestAdmission(Terms terms, Function<@Nullable TokenUsage, Unsettled> most, long longestStep) {
    this.terms = terms;
    this.most = most;
    this.longestStep = longestStep;
    this.takenTokens = terms.demand().outputTokens();
    this.takenCost = terms.demand().costMicroUsd();
  }

  /** A limiter lets the request in; one that comes too late is given back at once. */
  void hold(Permit permit) {
    synchronized (this) {
      if (!over) {
        permits.add(permit);
        return;
      }
    }
    permit.release();
  }

  List<Quota> quotas() {
    List<Quota> quotas = new ArrayList<>();
    for (Permit permit : held()) {
      quotas.addAll(permit.quotas());
    }
    return quotas;
  }

  private synchronized List<Permit> held() {
    return List.copyOf(permits);
  }

  @Override
  public Instant at() {
    return terms.demand().at();
  }

  @Override
  public @Nullable TokenEstimate estimate() {
    return terms.estimate();
  }

  @Override
  public @Nullable TokenUsage reservedTokens() {
    if (terms.estimate() == null) {
      return null;
    }
    long input = terms.demand().inputTokens();
    return isConversation()
        ? new TokenUsage(
            told.inputTokens() + input,
            told.outputTokens() + terms.demand().outputTokens(),
            0,
            0,
            0)
        : new TokenUsage(input, takenTokens, 0, 0, 0);
  }

  @Override
  public Unsettled unsettled() {
    Charge reserved = reserved();
    TokenUsage tokens = reservedTokens();
    return reserved == null ? most.apply(tokens) : new Unsettled(tokens, reserved);
  }

  @Override
  public @Nullable Charge reserved() {
    ModelPrice price = terms.price();
    if (price == null) {
      return null;
    }
    long cost = isConversation() ? told.costMicroUsd() + terms.demand().costMicroUsd() : takenCost;
    return new Charge(cost, price.version());
  }

  private boolean isConversation() {
    return terms.output().kind() == Kind.TURNS;
  }

  @Override
  public boolean countsOutput() {
    return terms.estimate() != null;
  }

  @Override
  public void passed(long outputTokens) {
    if (outputTokens >= terms.output().most()) {
      answer.end(terms.output().reason());
    } else if (terms.output().kind() == Kind.STEPS
        && outputTokens > takenTokens - Math.max(LEAST_AHEAD, takenTokens / AHEAD_PART)) {
      take(() -> step(outputTokens));
    }
  }

  /** As much as the answer is ahead already, and then a step. */
  private Step step(long outputTokens) {
    long had = takenTokens;
    long behind = Math.max(0, outputTokens - had);
    long step = Math.min(behind + Math.min(had, longestStep), terms.output().most() - had);
    return step <= 0
        ? Step.NONE
        : new Step(step, terms.costMicroUsd(had + step) - terms.costMicroUsd(had));
  }

  @Override
  public void taken(TokenUsage usage, @Nullable Charge charge) {
    long charged = charge == null ? 0 : charge.microUsd();
    told = new Spent(usage.input(), usage.output(), charged);
    TokenEstimate known = terms.estimate();
    long before = known == null ? 0 : known.input();
    if (charged >= terms.output().mostCost()
        || usage.input() + usage.output() - before >= terms.output().most()) {
      answer.end(terms.output().reason());
    } else if (isConversation()) {
      take(this::turn);
    }
  }

  /** What the turns until now had, and one more may. */
  private Step turn() {
    Spent until = told;
    long tokens = until.outputTokens() + terms.demand().outputTokens() - takenTokens;
    long cost = until.costMicroUsd() + terms.demand().costMicroUsd() - takenCost;
    return new Step(Math.max(0, tokens), Math.max(0, cost));
  }

  /**
   * One at a time: what has passed meanwhile is looked at with the next piece that passes. A turn
   * that was told of meanwhile is looked at as soon as this has been taken: the next may be the one
   * that has to be paid from it.
   */
  private void take(Supplier<Step> missing) {
    Step step;
    synchronized (this) {
      if (taking || over) {
        return;
      }
      step = missing.get();
      if (step.isNothing()) {
        return;
      }
      taking = true;
    }
    Flux.fromIterable(held())
        .concatMap(permit -> permit.extend(step.tokens(), step.costMicroUsd()))
        .subscribe(nothing -> {}, failure -> answer.end(reason(failure)), () -> hasTaken(step));
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one at a time
  private void hasTaken(Step step) {
    synchronized (this) {
      takenTokens += step.tokens();
      takenCost += step.costMicroUsd();
      taking = false;
    }
    if (isConversation()) {
      take(this::turn);
    } else {
      whenMoreIsTaken.run();
    }
  }

  @Override
  public void whenMoreIsTaken(Runnable changed) {
    whenMoreIsTaken = changed;
  }

  private static Rejection reason(Throwable failure) {
    return failure instanceof RejectionException refused ? refused.rejection() : INTERNAL;
  }

  @Override
  public void add(OpenAnswer begun) {
    answer.add(begun);
  }

  @Override
  public void remove(OpenAnswer ended) {
    answer.remove(ended);
  }

  @Override
  public void settle(@Nullable TokenUsage usage, @Nullable Charge charge) {
    Spent spent =
        new Spent(
            usage == null ? 0 : usage.input(),
            usage == null ? 0 : usage.output(),
            charge == null ? 0 : charge.microUsd());
    each(endOnce(), permit -> permit.settle(spent));
  }

  @Override
  public void release() {
    each(endOnce(), Permit::release);
  }

  /** One that fails must not keep the others from their end. */
  private void each(List<Permit> all, Consumer<Permit> end) {
    Throwable failure = null;
    for (Permit permit : all) {
      try {
        end.accept(permit);
      } catch (RuntimeException | Error e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      log.error(
          "Not all that {} had taken of its limits is settled",
          terms.demand().requestId(),
          failure);
    }
  }

  private synchronized List<Permit> endOnce() {
    if (over) {
      return List.of();
    }
    over = true;
    return List.copyOf(permits);
  }

  @Override
  public void stored() {
    each(held(), Permit::stored);
  }
}
