package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.network.NetworkProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ClientAddressConfiguration {

  @Bean
  ClientAddressFilter clientAddressFilter(NetworkProperties network) {
    return new ClientAddressFilter(new ClientResolution(network), network.proxyProtocol());
  }
}
