package dev.tollgate.gateway.network.internal;

import dev.tollgate.gateway.network.OutboundAddressGuard;
import dev.tollgate.gateway.network.OutboundProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What may be called. */
@Configuration(proxyBeanMethods = false)
class OutboundConfiguration {

  @Bean
  OutboundAddressGuard outboundAddressGuard(OutboundProperties properties) {
    return new OutboundAddressGuard(properties.policy());
  }
}
