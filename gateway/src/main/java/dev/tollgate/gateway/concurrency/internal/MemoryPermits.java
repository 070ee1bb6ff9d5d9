package dev.tollgate.gateway.concurrency.internal;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** The permits of a gateway that is alone; they end with its process. */
final class MemoryPermits implements PermitStore {

  private final HeldClaims held;

  MemoryPermits(HeldClaims held) {
    this.held = held;
  }

  @Override
  public Mono<List<Outcome>> take(List<Claim> claims) {
    return Mono.fromSupplier(() -> taken(claims));
  }

  private List<Outcome> taken(List<Claim> claims) {
    List<Outcome> outcomes = new ArrayList<>(claims.size());
    for (Claim claim : claims) {
      outcomes.add(held.addWithin(claim, limit -> limit));
    }
    return outcomes;
  }

  @Override
  public void release(Claim claim) {
    held.remove(claim);
  }
}
