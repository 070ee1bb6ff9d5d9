package dev.tollgate.admin.outbound;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/** Addresses that are not of the public Internet (IANA special-purpose registries). */
final class AddressRanges {

  private static final List<Cidr> NOT_PUBLIC =
      List.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              // public, but inside Azure the platform itself
              "168.63.129.16/32",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4",
              "::/96",
              "64:ff9b::/96",
              "64:ff9b:1::/48",
              "100::/64",
              "2001::/23",
              "2001:db8::/32",
              "2002::/16",
              "3fff::/20",
              "fc00::/7",
              "fe80::/10",
              "fec0::/10",
              "ff00::/8")
          .stream()
          .map(Cidr::of)
          .toList();

  /** All of IPv6 that IANA has ever given out. */
  private static final Cidr GLOBAL_UNICAST = Cidr.of("2000::/3");

  private AddressRanges() {}

  /** Takes no IPv4-mapped IPv6 address. */
  static boolean isPublic(InetAddress address) {
    return (address instanceof Inet4Address || GLOBAL_UNICAST.contains(address))
        && NOT_PUBLIC.stream().noneMatch(range -> range.contains(address));
  }
}
