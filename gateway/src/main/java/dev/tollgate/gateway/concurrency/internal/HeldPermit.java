package dev.tollgate.gateway.concurrency.internal;

import dev.tollgate.gateway.admission.Permit;
import dev.tollgate.gateway.admission.Spent;
import java.util.concurrent.atomic.AtomicBoolean;

/** All that one request was granted. */
final class HeldPermit implements Permit {

  private final Claim claim;
  private final Line line;
  private final AtomicBoolean held = new AtomicBoolean(true);

  HeldPermit(Claim claim, Line line) {
    this.claim = claim;
    this.line = line;
  }

  @Override
  public void settle(Spent spent) {
    release();
  }

  @Override
  public void release() {
    if (held.compareAndSet(true, false)) {
      line.release(claim);
    }
  }
}
