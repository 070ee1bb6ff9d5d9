package dev.tollgate.gateway.admission;

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
}
