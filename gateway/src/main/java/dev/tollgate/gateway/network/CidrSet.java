package dev.tollgate.gateway.network;

import java.net.InetAddress;
import java.util.Collection;

/** An immutable set of networks, compiled once to a prefix trie for each address family. */
public final class CidrSet {

  private final PrefixTrie ipv4;
  private final PrefixTrie ipv6;

  private CidrSet(PrefixTrie ipv4, PrefixTrie ipv6) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /** Compiles networks that may overlap and stand in any order. */
  public static CidrSet of(Collection<Cidr> networks) {
    return new CidrSet(trie(networks, 4), trie(networks, 6));
  }

  private static PrefixTrie trie(Collection<Cidr> networks, int version) {
    return PrefixTrie.of(
        networks.stream()
            .filter(cidr -> cidr.first().version() == version)
            .map(cidr -> prefix(cidr.first(), cidr.prefixLength()))
            .toList());
  }

  private static PrefixTrie.Prefix prefix(IpValue first, int length) {
    return new PrefixTrie.Prefix(upper(first), lower(first), length);
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
    return (address.version() == 4 ? ipv4 : ipv6).contains(upper(address), lower(address));
  }

  public boolean isEmpty() {
    return ipv4.isEmpty() && ipv6.isEmpty();
  }

  /** The 32 bits of IPv4 stand at the upper end, as a trie wants them. */
  private static long upper(IpValue address) {
    return address.version() == 4 ? address.low() << Integer.SIZE : address.high();
  }

  private static long lower(IpValue address) {
    return address.version() == 4 ? 0 : address.low();
  }
}
