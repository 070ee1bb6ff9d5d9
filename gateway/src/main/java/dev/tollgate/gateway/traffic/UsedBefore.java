package dev.tollgate.gateway.traffic;

import java.time.Instant;
import reactor.core.publisher.Mono;

/** What was used before anybody counted: the sums of the usage rows. */
public interface UsedBefore {

  /**
   * In the hour and in the day of {@code at}; fails while that cannot be known. Of a model what was
   * asked for by the very name of the counter, and, since there is a limit of it, by any other that
   * the limit holds over.
   */
  Mono<Used> used(CounterKey key, Instant at);

  /** Requests and tokens. */
  record Used(long requestsOfHour, long requestsOfDay, long tokensOfDay) {

    /** Of a limit of this kind, whose shape is a window. */
    long of(LimitKind kind) {
      return switch (kind) {
        case REQUESTS_PER_HOUR -> requestsOfHour;
        case REQUESTS_PER_DAY, MODEL_REQUESTS_PER_DAY -> requestsOfDay;
        case TOKENS_PER_DAY -> tokensOfDay;
        case REQUESTS_PER_SECOND,
            REQUESTS_PER_MINUTE,
            INPUT_TOKENS_PER_MINUTE,
            OUTPUT_TOKENS_PER_MINUTE ->
            throw new IllegalArgumentException("a bucket has no past: " + kind);
      };
    }
  }
}
