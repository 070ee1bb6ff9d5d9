package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.redis.Precondition;
import java.util.List;
import java.util.function.Consumer;
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

  /** Whether a request may have to wait here for others, as long as its policy says. */
  default boolean keepsInLine() {
    return false;
  }

  /**
   * The quotas of this kind that stand over the request and what is left of them now, for the
   * headers of a refusal by another limiter. Takes nothing.
   *
   * @return never empty; fails where it is not known
   */
  default Mono<List<Quota>> quotas(Demand demand) {
    return Mono.just(List.of());
  }

  /**
   * As {@link #admit(Demand)}, by one that others may follow before its answer has come.
   *
   * @param asked is told at most once, right after the question has left for Redis and before its
   *     answer is handed on, by what Redis itself knows that the request was let in here
   */
  default Mono<Permit> admit(Demand demand, Consumer<Precondition> asked) {
    return admit(demand);
  }

  /**
   * As {@link #admit(Demand)}, but takes something only where Redis finds that the precondition
   * holds.
   *
   * @return empty where it does not hold, or where this cannot be asked: then nothing is taken
   */
  default Mono<Permit> admitIf(Precondition precondition, Demand demand) {
    return Mono.empty();
  }
}
