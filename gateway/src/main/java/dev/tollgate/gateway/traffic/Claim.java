package dev.tollgate.gateway.traffic;

import java.util.function.LongUnaryOperator;

/**
 * What a request takes of one limit.
 *
 * @param amount may be 0, and is then given whatever is left
 * @param least of it what is needed; the rest is wanted, in case the answer is long
 */
public record Claim(TrafficLimit limit, long amount, long least) {

  /** What is left of a part, where that is enough. */
  Claim within(long left) {
    return amount > left && least <= left ? new Claim(limit, left, least) : this;
  }

  /**
   * Of the part of a limit that one gateway holds to by itself. What is more than the part but not
   * more than the limit takes the whole part.
   */
  Claim shared(LongUnaryOperator share) {
    TrafficLimit part = limit.shared(share);
    long most = neverFits() ? amount : Math.min(amount, part.capacity());
    return new Claim(part, most, Math.min(least, most));
  }

  /** Whether no waiting helps. */
  public boolean neverFits() {
    return amount > limit.capacity();
  }
}
