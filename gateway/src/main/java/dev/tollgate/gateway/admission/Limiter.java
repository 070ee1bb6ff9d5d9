package dev.tollgate.gateway.admission;

import java.util.List;
import org.springframework.core.Ordered;
import reactor.core.publisher.Mono;

/**
 * One kind of limit. Limiters are asked in their order, those that may keep a request waiting
 * first; if one refuses, what the ones before have given is released, so that a refused request
 * takes nothing.
 */
public interface Limiter extends Ordered {

  /**
   * Takes what the request may use at most, of all limits of this kind together or of none.
   *
   * @return never empty; {@link Permit#NONE} where no limit of this kind stands over the request;
   *     fails with a {@link dev.tollgate.gateway.error.RejectionException} where one is reached or
   *     its store is away
   */
  Mono<Permit> admit(Demand demand);

  /**
   * The quotas of this kind that stand over the request and what is left of them now, for the
   * headers of a refusal by another limiter. Takes nothing.
   *
   * @return never empty; fails where it is not known
   */
  default Mono<List<Quota>> quotas(Demand demand) {
    return Mono.just(List.of());
  }
}
