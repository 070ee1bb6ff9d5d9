package dev.tollgate.gateway.concurrency.internal;

/**
 * What became of a claim.
 *
 * @param full where it was not granted since others have all permits: the places of these needs in
 *     the claim, one bit each
 */
record Outcome(Kind kind, int full) {

  static final Outcome GRANTED = new Outcome(Kind.GRANTED, 0);

  /** Nobody knows, and so the claim must not be granted. */
  static final Outcome UNKNOWN = new Outcome(Kind.UNKNOWN, 0);

  enum Kind {
    GRANTED,
    FULL,
    UNKNOWN
  }

  /**
   * @param mask as {@link #full}; below 0: nobody knows
   */
  static Outcome full(int mask) {
    if (mask < 0) {
      return UNKNOWN;
    }
    return mask == 0 ? GRANTED : new Outcome(Kind.FULL, mask);
  }
}
