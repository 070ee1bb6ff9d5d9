package dev.tollgate.gateway.concurrency.internal;

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
    return Mono.fromSupplier(
        () -> claims.stream().map(claim -> held.addWithin(claim, limit -> limit)).toList());
  }

  @Override
  public void release(Claim claim) {
    held.remove(claim);
  }
}
