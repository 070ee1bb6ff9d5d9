package dev.tollgate.gateway.usage;

import java.util.BitSet;

/**
 * Remembers which ids have been, in a few bytes: one that has is known for sure, one that has not
 * may seem to have been.
 */
final class SeenIds {

  /** 8 KiB at most. */
  private static final int BITS = 16;

  private static final int SPREAD = 0x9E3779B9;

  private final BitSet seen = new BitSet();

  /** Whether it has not been before. */
  boolean add(String id) {
    int place = (id.hashCode() * SPREAD) >>> (Integer.SIZE - BITS);
    boolean known = seen.get(place);
    seen.set(place);
    return !known;
  }
}
