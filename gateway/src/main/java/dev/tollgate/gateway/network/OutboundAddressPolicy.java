package dev.tollgate.gateway.network;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses the gateway may connect to: the public Internet, and what the operator allows
 * besides. Follows the IANA registries of special-purpose addresses (RFC 6890 and its updates).
 *
 * <p>An IPv6 address that a gateway or router would turn into an IPv4 address (mapped, NAT64, 6to4)
 * is judged by that IPv4 address.
 */
public final class OutboundAddressPolicy {

  private static final CidrSet NON_PUBLIC_IPV4 =
      CidrSet.parse(
          List.of(
              "0.0.0.0/8", // this network, unspecified
              "10.0.0.0/8",
              "100.64.0.0/10", // carrier-grade NAT; Alibaba's metadata service
              "127.0.0.0/8",
              "168.63.129.16/32", // a public address, but inside Azure the platform itself
              "169.254.0.0/16", // link-local; the metadata service of most clouds
              "172.16.0.0/12",
              "192.0.0.0/24", // protocol assignments; Oracle's metadata service
              "192.0.2.0/24", // documentation
              "192.88.99.0/24", // 6to4 relays
              "192.168.0.0/16",
              "198.18.0.0/15", // benchmarking
              "198.51.100.0/24", // documentation
              "203.0.113.0/24", // documentation
              "224.0.0.0/4", // multicast
              "240.0.0.0/4")); // reserved, broadcast

  /** All that IANA has ever given out; unique local, link-local, multicast lie outside. */
  private static final CidrSet GLOBAL_UNICAST_IPV6 = CidrSet.parse(List.of("2000::/3"));

  private static final CidrSet NON_PUBLIC_IPV6 =
      CidrSet.parse(
          List.of(
              "2001::/23", // protocol assignments: Teredo, benchmarking, ORCHID
              "2001:db8::/32", // documentation
              "3fff::/20")); // documentation

  private static final CidrSet NAT64 = CidrSet.parse(List.of("64:ff9b::/96"));
  private static final CidrSet SIX_TO_FOUR = CidrSet.parse(List.of("2002::/16"));

  private final CidrSet allowed;

  /**
   * Makes a policy.
   *
   * @param allowed networks that may be called although they are not public
   */
  public OutboundAddressPolicy(CidrSet allowed) {
    this.allowed = allowed;
  }

  /** Whether a connection to the address may be made. */
  public boolean permits(InetAddress address) {
    return permits(IpValue.of(address));
  }

  private boolean permits(IpValue address) {
    if (allowed.contains(address)) {
      return true;
    }
    IpValue embedded = embeddedIpv4(address);
    return embedded != null ? permits(embedded) : isPublic(address);
  }

  private static boolean isPublic(IpValue address) {
    return address.version() == 4
        ? !NON_PUBLIC_IPV4.contains(address)
        : GLOBAL_UNICAST_IPV6.contains(address) && !NON_PUBLIC_IPV6.contains(address);
  }

  private static @Nullable IpValue embeddedIpv4(IpValue address) {
    if (NAT64.contains(address)) {
      return IpValue.ipv4((int) address.low());
    }
    if (SIX_TO_FOUR.contains(address)) {
      return IpValue.ipv4((int) (address.high() >>> 16));
    }
    return null;
  }
}
