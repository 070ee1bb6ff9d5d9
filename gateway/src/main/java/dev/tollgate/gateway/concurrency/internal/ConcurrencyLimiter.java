package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.concurrency.ConcurrencyProperties;
import dev.tollgate.gateway.error.Rejection;
import dev.tollgate.gateway.policy.Derivation;
import dev.tollgate.gateway.policy.LimitRules;
import dev.tollgate.gateway.redis.Precondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** How many requests may be on their way at once. */
final class ConcurrencyLimiter implements Limiter, AutoCloseable {

  private static final int ORDER = 100;

  private final Line line;
  private final ConcurrencyMeters meters;
  private final Derivation<Optional<Wanted>> wanted;
  private final String gateway;
  private final Disposable timer;
  private final AtomicLong requests = new AtomicLong();

  /**
   * @param gateway what no other gateway is called
   * @param timer of what keeps its permits, ends with it
   */
  ConcurrencyLimiter(
      Line line,
      ConcurrencyMeters meters,
      ConcurrencyProperties properties,
      String gateway,
      Disposable timer) {
    this.line = line;
    this.meters = meters;
    this.wanted = Derivation.by(rules -> Wanted.of(rules, properties));
    this.gateway = gateway;
    this.timer = timer;
  }

  @Override
  public int getOrder() {
    return ORDER;
  }

  @Override
  public boolean keepsInLine() {
    return true;
  }

  @Override
  public Mono<Permit> admit(Demand demand) {
    return admit(demand, granted -> {});
  }

  @Override
  public Mono<Permit> admit(Demand demand, Consumer<Precondition> asked) {
    List<Wanted> wanted = wanted(demand.rules());
    if (wanted.isEmpty()) {
      return Mono.just(Permit.NONE);
    }
    for (Wanted one : wanted) {
      if (one.limit() <= 0) {
        return refused(Refusals.noneAllowed(one));
      }
    }
    return Mono.<Permit>create(
            client -> line.enter(waiter(wanted, demand.priority(), client), asked))
        .doOnDiscard(Permit.class, Permit::release);
  }

  private List<Wanted> wanted(List<LimitRules> rules) {
    List<Wanted> all = new ArrayList<>(rules.size());
    for (LimitRules one : rules) {
      wanted.of(one).ifPresent(own -> own.addTo(all));
    }
    return all;
  }

  private Mono<Permit> refused(Rejection refusal) {
    meters.refused(refusal);
    return Mono.error(refusal.asException());
  }

  private Waiter waiter(List<Wanted> wanted, boolean priority, MonoSink<Permit> client) {
    long number = requests.incrementAndGet();
    Waiter waiter = new Waiter(gateway + number, number, priority, wanted, client);
    client.onCancel(() -> waiter.abandon(line));
    return waiter;
  }

  @Override
  public void close() {
    timer.dispose();
  }
}
