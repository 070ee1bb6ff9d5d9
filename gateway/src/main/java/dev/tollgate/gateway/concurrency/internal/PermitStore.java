package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.redis.Precondition;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Counts the permits that are out. */
interface PermitStore {

  /**
   * Grants each claim in turn, all its needs or none.
   *
   * @return one outcome for each claim, in their order; never fails, and comes within a second
   */
  Mono<List<Outcome>> take(List<Claim> claims);

  /**
   * By what Redis itself knows that a claim was granted which is asked for now; null: by nothing.
   */
  default @Nullable Precondition granted(Claim claim) {
    return null;
  }

  /** Takes back what a claim was granted. Once only. */
  void release(Claim claim);
}
