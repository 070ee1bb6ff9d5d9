package dev.tollgate.gateway.admission;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What one limiter has taken for one request. Ends by the first call of {@link #settle} or {@link
 * #release}; later ones do nothing. Thread-safe.
 */
public interface Permit {

  /** Of no limit. */
  Permit NONE =
      new Permit() {
        @Override
        public void settle(Spent spent) {}

        @Override
        public void release() {}
      };

  /**
   * The answer goes on beyond what was taken: takes so much more. One call at a time.
   *
   * @return fails with a rejection where a limit is reached, having taken nothing: the answer must
   *     end
   */
  default Mono<Void> extend(Spent more) {
    return Mono.empty();
  }

  /**
   * Another turn of the conversation is to run beside the first: takes for it what was taken at
   * first, but for the request itself, which is the same.
   *
   * @return never empty; what ends by itself, {@link #NONE} where nothing is taken for a turn;
   *     fails with a rejection where a limit is reached, having taken nothing
   */
  default Mono<Permit> another() {
    return Mono.just(NONE);
  }

  /** The request has been at a provider and is over; what it did not use is given back. */
  void settle(Spent spent);

  /** The request never came to a provider; everything is given back. */
  void release();

  /**
   * The quotas that it was taken from and what was left of them then, for the answer's headers: of
   * several of one name at least the tightest. After {@link #release}, with what is given back.
   */
  default List<Quota> quotas() {
    return List.of();
  }

  /**
   * What is to be run once the usage row of the settled request is in the database; null: nothing.
   * It waits for a batch of rows, so it holds nothing else of the request. Never fails.
   */
  default @Nullable Runnable whenStored() {
    return null;
  }
}
