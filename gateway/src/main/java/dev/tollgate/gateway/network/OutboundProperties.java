package dev.tollgate.gateway.network;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the gateway may connect to.
 *
 * @param allowedNetworks networks that providers may live in besides the public Internet
 */
@Validated
@ConfigurationProperties("tollgate.outbound")
public record OutboundProperties(@DefaultValue List<Cidr> allowedNetworks) {

  public OutboundProperties {
    allowedNetworks = List.copyOf(allowedNetworks);
  }

  /** The policy that these properties ask for. */
  public OutboundAddressPolicy policy() {
    return new OutboundAddressPolicy(CidrSet.of(allowedNetworks));
  }
}
