package dev.tollgate.gateway.traffic;

import java.util.function.LongUnaryOperator;

/** What a request takes of one limit; may be 0, and is then given whatever is left. */
public record Claim(TrafficLimit limit, long amount) {

  /**
   * Of the part of a limit that one gateway holds to by itself. What is more than the part but not
   * more than the limit takes the whole part.
   */
  Claim shared(LongUnaryOperator share) {
    TrafficLimit part = limit.shared(share);
    return new Claim(part, neverFits() ? amount : Math.min(amount, part.capacity()));
  }

  /** Whether no waiting helps. */
  public boolean neverFits() {
    return amount > limit.capacity();
  }
}
