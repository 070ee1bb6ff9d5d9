package dev.tollgate.gateway.network;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * An immutable set of networks, compiled once to sorted, disjoint ranges; a look-up is one binary
 * search.
 */
public final class CidrSet {

  private final IpValue[] firsts;
  private final IpValue[] lasts;

  private CidrSet(List<Range> disjoint) {
    this.firsts = disjoint.stream().map(Range::first).toArray(IpValue[]::new);
    this.lasts = disjoint.stream().map(Range::last).toArray(IpValue[]::new);
  }

  /** Compiles networks that may overlap and stand in any order. */
  public static CidrSet of(Collection<Cidr> networks) {
    List<Range> sorted =
        networks.stream()
            .map(cidr -> new Range(cidr.first(), cidr.last()))
            .sorted(Comparator.comparing(Range::first))
            .toList();
    List<Range> disjoint = new ArrayList<>(sorted.size());
    for (Range next : sorted) {
      if (!disjoint.isEmpty() && disjoint.getLast().last().reaches(next.first())) {
        disjoint.add(disjoint.removeLast().joinedWith(next));
      } else {
        disjoint.add(next);
      }
    }
    return new CidrSet(disjoint);
  }

  /**
   * Compiles networks in CIDR notation.
   *
   * @throws IllegalArgumentException if one of them is none
   */
  public static CidrSet parse(Collection<String> networks) {
    return of(networks.stream().map(Cidr::of).toList());
  }

  /** Whether one of the networks holds the address; IPv4-mapped IPv6 counts as IPv4. */
  public boolean contains(InetAddress address) {
    return contains(IpValue.of(address));
  }

  boolean contains(IpValue address) {
    int found = Arrays.binarySearch(firsts, address);
    int candidate = found >= 0 ? found : -found - 2;
    return candidate >= 0 && address.compareTo(lasts[candidate]) <= 0;
  }

  public boolean isEmpty() {
    return firsts.length == 0;
  }

  private record Range(IpValue first, IpValue last) {

    Range joinedWith(Range next) {
      return new Range(first, last.compareTo(next.last) >= 0 ? last : next.last);
    }
  }
}
