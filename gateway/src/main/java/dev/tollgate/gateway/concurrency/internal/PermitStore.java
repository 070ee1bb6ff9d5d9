package dev.tollgate.gateway.concurrency.internal;

import java.util.List;
import reactor.core.publisher.Mono;

/** Counts the permits that are out. */
interface PermitStore {

  /**
   * Grants each claim in turn, all its needs or none.
   *
   * @return one outcome for each claim, in their order; never fails, and comes within a second
   */
  Mono<List<Outcome>> take(List<Claim> claims);

  /** Takes back what a claim was granted. Once only. */
  void release(Claim claim);
}
