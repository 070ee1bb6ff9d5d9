package dev.tollgate.admin.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.springframework.stereotype.Component;

/** Which addresses may be called: public ones over https, and what the operator allows besides. */
@Component
class OutboundAddresses {

  private final List<Cidr> allowed;

  OutboundAddresses(OutboundProperties properties) {
    this.allowed = properties.networks();
  }

  boolean permit(InetAddress resolved, boolean secure) {
    InetAddress address = plain(resolved);
    return allowed.stream().anyMatch(network -> network.contains(address))
        || (secure && AddressRanges.isPublic(address));
  }

  /**
   * An IPv4-mapped IPv6 address as the IPv4 address that it reaches: Java's own parser makes that
   * of it, Netty's does not.
   */
  private static InetAddress plain(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address", e);
    }
  }
}
