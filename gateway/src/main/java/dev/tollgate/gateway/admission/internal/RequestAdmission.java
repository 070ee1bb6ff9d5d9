package dev.tollgate.gateway.admission.internal;

import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Quota;
import dev.tollgate.gateway.admission.Spent;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What limiters have taken for one request, until it is settled with them. */
final class RequestAdmission implements Admission {

  private static final Logger log = LoggerFactory.getLogger(RequestAdmission.class);

  private final Terms terms;
  private final Function<@Nullable TokenUsage, Unsettled> most;
  private final Taken taken;
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
    return terms.estimate() == null ? null : taken.tokens();
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
    return price == null ? null : new Charge(taken.costMicroUsd(), price.version());
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
  public void taken(TokenUsage usage, @Nullable Charge charge) {
    taken.told(spent(usage, charge));
  }

  private static Spent spent(@Nullable TokenUsage usage, @Nullable Charge charge) {
    return new Spent(
        usage == null ? 0 : usage.input(),
        usage == null ? 0 : usage.output(),
        charge == null ? 0 : charge.microUsd());
  }

  @Override
  public void whenMoreIsTaken(Runnable changed) {
    taken.whenMoreIsTaken(changed);
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
    Spent spent = spent(usage, charge);
    each(terms.demand().requestId(), endOnce(), permit -> permit.settle(spent));
  }

  @Override
  public void release() {
    each(terms.demand().requestId(), endOnce(), Permit::release);
  }

  /** One that fails must not keep the others from their end. */
  private static <T> void each(String requestId, List<T> all, Consumer<T> end) {
    Throwable failure = null;
    for (T one : all) {
      try {
        end.accept(one);
      } catch (RuntimeException | Error e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      log.error("Not all that {} had taken of its limits is settled", requestId, failure);
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
  public Runnable whenStored() {
    List<Runnable> all = new ArrayList<>(1);
    for (Permit permit : held()) {
      Runnable own = permit.whenStored();
      if (own != null) {
        all.add(own);
      }
    }
    String requestId = terms.demand().requestId();
    return () -> each(requestId, all, Runnable::run);
  }
}
