package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Quota;
import dev.tollgate.gateway.admission.Spent;
import dev.tollgate.gateway.admission.internal.Terms.Output.Kind;
import dev.tollgate.gateway.prices.ModelPrice;
import dev.tollgate.gateway.tokens.TokenEstimate;
import dev.tollgate.gateway.usage.Admission;
import dev.tollgate.gateway.usage.Charge;
import dev.tollgate.gateway.usage.TokenUsage;
import dev.tollgate.gateway.usage.Turns;
import dev.tollgate.gateway.usage.Unsettled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What limiters have taken for one request, until it is settled with them. */
final class RequestAdmission implements Admission {

  private final Terms terms;
  private final Function<@Nullable TokenUsage, Unsettled> most;
  private final Taken taken;

  /** Of a conversation; null: it is none. */
  private final @Nullable TakenTurns turns;

  private final List<Permit> permits = new ArrayList<>();
  private final ListedAnswer answer = new ListedAnswer();
  private boolean over;

  /**
   * @param most what the request may come to where no money is reserved, by the tokens taken for it
   */
  RequestAdmission(Terms terms, Function<@Nullable TokenUsage, Unsettled> most, long longestStep) {
    this.terms = terms;
    this.most = most;
    this.taken = new Taken(terms, longestStep, answer, this::open);
    this.turns =
        terms.output().kind() == Kind.TURNS ? new TakenTurns(terms, answer, this::open) : null;
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

  /** Null: it is over. */
  private synchronized @Nullable List<Permit> open() {
    return over ? null : List.copyOf(permits);
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
  public List<String> alsoCountsIn() {
    return terms.demand().limitsUnderOtherNames();
  }

  @Override
  public @Nullable TokenUsage reservedTokens() {
    if (terms.estimate() == null) {
      return null;
    }
    return turns == null ? taken.tokens() : turns.tokens();
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
    long cost = turns == null ? taken.costMicroUsd() : turns.costMicroUsd();
    return new Charge(cost, price.version());
  }

  @Override
  public boolean countsOutput() {
    return terms.estimate() != null;
  }

  @Override
  public boolean passed(long outputTokens) {
    return taken.passed(outputTokens);
  }

  @Override
  public void follow(Turns conversation) {
    if (turns != null) {
      turns.follow(conversation);
    }
  }

  @Override
  public boolean coversTurns() {
    return turns == null || turns.coversAll();
  }

  @Override
  public Mono<Void> coverTurns() {
    return turns == null ? Mono.empty() : turns.coverAll();
  }

  @Override
  public void turnsChanged() {
    if (turns != null) {
      turns.changed();
    }
  }

  @Override
  public void taken(TokenUsage usage, @Nullable Charge charge) {
    if (turns != null) {
      turns.told(spent(usage, charge));
    }
  }

  private static Spent spent(@Nullable TokenUsage usage, @Nullable Charge charge) {
    return new Spent(
        usage == null ? 0 : usage.input(),
        usage == null ? 0 : usage.output(),
        charge == null ? 0 : charge.microUsd());
  }

  @Override
  public void whenTakenChanges(Runnable changed) {
    if (turns == null) {
      taken.whenMoreIsTaken(changed);
    } else {
      turns.whenChanged(changed);
    }
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
    List<Permit> first = endOnce();
    Spent spent = spent(usage, charge);
    Spent own = turns == null || first.isEmpty() ? spent : turns.end(spent);
    each(first, permit -> permit.settle(own));
  }

  @Override
  public void release() {
    each(endOnce(), Permit::release);
  }

  private void each(List<Permit> all, Consumer<Permit> end) {
    Permits.each(terms.demand().requestId(), all, end);
  }

  private synchronized List<Permit> endOnce() {
    if (over) {
      return List.of();
    }
    over = true;
    return List.copyOf(permits);
  }

  @Override
  public Runnable whenStored() {
    List<Runnable> all = new ArrayList<>(1);
    Permits.addWhenStored(held(), all);
    if (turns != null) {
      turns.addWhenStored(all);
    }
    String requestId = terms.demand().requestId();
    return () -> Permits.each(requestId, all, Runnable::run);
  }
}
