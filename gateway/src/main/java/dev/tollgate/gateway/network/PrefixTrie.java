package dev.tollgate.gateway.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Prefixes of one address family as a path-compressed binary trie: a look-up reads only the bits in
 * which prefixes differ, then compares once. Immutable and laid out flat, two nodes a prefix: the
 * child for a clear bit is the next node, that for a set bit is linked.
 */
final class PrefixTrie {

  /**
   * The first bits of an address, which stand at the upper end; the others are clear.
   *
   * @param length 0 to 128
   */
  record Prefix(long high, long low, int length) {

    static final Comparator<Prefix> BY_ADDRESS_THEN_LENGTH =
        (one, other) -> {
          int byHigh = Long.compareUnsigned(one.high, other.high);
          int byAddress = byHigh != 0 ? byHigh : Long.compareUnsigned(one.low, other.low);
          return byAddress != 0 ? byAddress : Integer.compare(one.length, other.length);
        };

    boolean covers(long otherHigh, long otherLow) {
      return leadingCommonBits(high, low, otherHigh, otherLow) >= length;
    }
  }

  /** Of an inner node: the bit that decides. Of a leaf: the length of its prefix. */
  private final int[] bits;

  /** Of an inner node: where the child for a set bit stands. Of a leaf: its index, negated. */
  private final int[] links;

  private final long[] highs;
  private final long[] lows;
  private int nodes;

  private PrefixTrie(List<Prefix> disjoint) {
    int inner = Math.max(0, disjoint.size() - 1);
    this.bits = new int[disjoint.size() + inner];
    this.links = new int[disjoint.size() + inner];
    this.highs = disjoint.stream().mapToLong(Prefix::high).toArray();
    this.lows = disjoint.stream().mapToLong(Prefix::low).toArray();
    if (!disjoint.isEmpty()) {
      build(disjoint, 0, disjoint.size());
    }
  }

  /** Compiles prefixes that may cover one another and stand in any order. */
  static PrefixTrie of(List<Prefix> prefixes) {
    List<Prefix> disjoint = new ArrayList<>(prefixes.size());
    for (Prefix next : prefixes.stream().sorted(Prefix.BY_ADDRESS_THEN_LENGTH).toList()) {
      // What covers a prefix sorts before it, with nothing between them that it does not cover.
      if (disjoint.isEmpty() || !disjoint.getLast().covers(next.high, next.low)) {
        disjoint.add(next);
      }
    }
    return new PrefixTrie(disjoint);
  }

  private void build(List<Prefix> sorted, int from, int to) {
    int node = nodes++;
    Prefix first = sorted.get(from);
    if (to - from == 1) {
      bits[node] = first.length;
      links[node] = ~from;
      return;
    }
    Prefix last = sorted.get(to - 1);
    bits[node] = leadingCommonBits(first.high, first.low, last.high, last.low);
    int middle = firstWithBit(sorted, from, to, bits[node]);
    build(sorted, from, middle);
    links[node] = nodes;
    build(sorted, middle, to);
  }

  private static int firstWithBit(List<Prefix> sorted, int from, int to, int bit) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isSet(sorted.get(middle).high, sorted.get(middle).low, bit)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  boolean contains(long high, long low) {
    if (links.length == 0) {
      return false;
    }
    int node = 0;
    while (links[node] >= 0) {
      node = isSet(high, low, bits[node]) ? links[node] : node + 1;
    }
    int leaf = ~links[node];
    return leadingCommonBits(highs[leaf], lows[leaf], high, low) >= bits[node];
  }

  boolean isEmpty() {
    return links.length == 0;
  }

  private static boolean isSet(long high, long low, int bit) {
    // A shift counts by its lowest six bits.
    return ((bit < Long.SIZE ? high : low) << bit) < 0;
  }

  private static int leadingCommonBits(long high, long low, long otherHigh, long otherLow) {
    return high == otherHigh
        ? Long.SIZE + Long.numberOfLeadingZeros(low ^ otherLow)
        : Long.numberOfLeadingZeros(high ^ otherHigh);
  }
}
