package dev.tollgate.admin.outbound;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where services may lie beside the public Internet.
 *
 * @param allowedNetworks CIDR notation; empty: nowhere else
 */
@ConfigurationProperties("tollgate.outbound")
record OutboundProperties(@Nullable List<String> allowedNetworks) {

  OutboundProperties {
    allowedNetworks = allowedNetworks == null ? List.of() : List.copyOf(allowedNetworks);
    try {
      allowedNetworks.forEach(Cidr::of);
    } catch (IllegalArgumentException refused) {
      throw new IllegalArgumentException(
          "tollgate.outbound.allowed-networks: " + refused.getMessage(), refused);
    }
  }

  List<Cidr> networks() {
    return allowedNetworks == null ? List.of() : allowedNetworks.stream().map(Cidr::of).toList();
  }
}
