package dev.tollgate.gateway.traffic;

import dev.tollgate.gateway.admission.Demand;
import dev.tollgate.gateway.admission.Limiter;
import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Quota;
import dev.tollgate.gateway.redis.Precondition;
import dev.tollgate.gateway.traffic.TrafficStore.Outcome;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Lets a request through all limits of requests and tokens that stand over it, or through none. */
public final class TrafficLimiter implements Limiter {

  private static final int ORDER = 200;

  private final TrafficStore store;

  public TrafficLimiter(TrafficStore store) {
    this.store = store;
  }

  @Override
  public int getOrder() {
    return ORDER;
  }

  @Override
  public Mono<Permit> admit(Demand demand) {
    return ask(demand, claims -> store.take(demand.organizationId(), claims));
  }

  @Override
  public Mono<Permit> admitIf(Precondition precondition, Demand demand) {
    return ask(demand, claims -> store.takeIf(precondition, demand.organizationId(), claims));
  }

  private Mono<Permit> ask(Demand demand, Function<List<Claim>, Mono<Outcome>> take) {
    List<Claim> claims = Claims.of(demand);
    if (claims.isEmpty()) {
      return Mono.just(Permit.NONE);
    }
    Mono<Permit> permit =
        take.apply(claims).flatMap(outcome -> permit(demand.organizationId(), claims, outcome));
    return Asking.of(permit, Permit::release);
  }

  /** Claims of nothing are always granted. */
  @Override
  public Mono<List<Quota>> quotas(Demand demand) {
    List<Claim> nothing =
        Claims.of(demand).stream().map(claim -> new Claim(claim.limit(), 0, 0)).toList();
    return nothing.isEmpty()
        ? Mono.just(List.of())
        : store.take(demand.organizationId(), nothing).map(Quotas::of);
  }

  private Mono<Permit> permit(String organizationId, List<Claim> claims, Outcome outcome) {
    return TrafficPermit.permit(more -> store.take(organizationId, more), claims, outcome);
  }
}
